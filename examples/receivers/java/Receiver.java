import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later. */
public final class Receiver {
  /** The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need. */
  private static final int MAX_BODY = 8 << 20;
  private static final Duration KEEP = Duration.ofHours(48);
  private static final int MAX_IDS = 100_000;
  private static final long WORK_MS = setting("WORK_MS", 0);
  private static final ObjectMapper JSON = new ObjectMapper();

  record Event(String id, String type, byte[] body) {}

  record Answer(int status, String text) {}

  /** The signature is right, and the body is not what it has to be. */
  private static final class BadRequestException extends Exception {}

  private final Map<String, Webhook> webhooks = new LinkedHashMap<>();
  /**
   * When each id came, the oldest first. Several processes need a shared store instead: a table with a unique key, or Redis
   * (SET id 1 NX EX 172800).
   */
  private final Map<String, Instant> seen = new LinkedHashMap<>();
  /** A process that dies loses what is queued here. Where that matters, put events into a durable queue before you answer. */
  private final ThreadPoolExecutor worker = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  private final int queueSize = setting("QUEUE_SIZE", 1000);

  Receiver(String secrets) throws Exception {
    for (String secret : secrets.strip().split("\\s+")) {
      if (!isSecret(secret))
        throw new IllegalArgumentException(
            "WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between");
      webhooks.put(secret, new Webhook(secret));
    }
  }

  /** The library takes others as well, and then refuses every request. */
  private static boolean isSecret(String text) {
    try {
      return text.startsWith("whsec_") && Base64.getDecoder().decode(text.substring("whsec_".length())).length >= 24;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Your own work. */
  private static void handle(Event event) throws InterruptedException {
    Thread.sleep(WORK_MS);
    System.out.printf("handled %s %s, %d bytes%n", event.id(), event.type(), event.body().length);
  }

  private static void work(Event event) {
    try {
      handle(event);
    } catch (Exception e) {
      // It was answered with 2xx and does not come again: keep what fails.
      System.err.println("failed " + event.id() + " " + e);
    }
  }

  /** The secret that signed the request. null: none did, or the request is more than five minutes old. */
  private String secretOf(byte[] body, Headers headers) {
    // The body as it came: JSON that is parsed and written again is signed by nobody.
    String text = new String(body, StandardCharsets.UTF_8);
    for (var entry : webhooks.entrySet()) {
      try {
        entry.getValue().verify(text, headers);
        return entry.getKey();
      } catch (WebhookVerificationException e) {
        // Perhaps the next one did.
      }
    }
    return null;
  }

  /** Queues the events that are new. Returns false if there is no room for all of them. */
  private synchronized boolean accept(List<Event> events) {
    Instant now = Instant.now();
    for (var oldest = seen.entrySet().iterator(); oldest.hasNext(); oldest.remove()) {
      if (oldest.next().getValue().plus(KEEP).isAfter(now) && seen.size() <= MAX_IDS) break;
    }
    Map<String, Event> fresh = new LinkedHashMap<>();
    for (Event event : events) if (!seen.containsKey(event.id())) fresh.put(event.id(), event);
    if (worker.getQueue().size() + fresh.size() > queueSize) return false;
    for (Event event : fresh.values()) {
      seen.put(event.id(), now);
      worker.execute(() -> work(event));
    }
    return true;
  }

  /** The events to work on; tests are none. */
  private static List<Event> eventsIn(byte[] body, Headers headers) throws IOException, BadRequestException {
    String type = headers.getFirst("posthorn-event-type");
    if (!headers.containsKey("posthorn-batch"))
      return "true".equals(headers.getFirst("posthorn-test"))
          ? List.of()
          : List.of(new Event(headers.getFirst("webhook-id"), type, body));
    JsonNode entries = JSON.readTree(body);
    if (!entries.isArray()) throw new BadRequestException();
    List<Event> events = new ArrayList<>();
    for (JsonNode entry : entries) {
      Event event = new Event(textOf(entry, "id"), textOf(entry, "type"), dataOf(entry));
      if (!entry.path("test").asBoolean()) events.add(event);
    }
    return events;
  }

  private static byte[] dataOf(JsonNode entry) throws IOException, BadRequestException {
    if (entry.has("data_base64")) {
      textOf(entry, "data_base64");
      return entry.get("data_base64").binaryValue();
    }
    if (!entry.has("data")) throw new BadRequestException();
    return JSON.writeValueAsBytes(entry.get("data"));
  }

  private static String textOf(JsonNode node, String member) throws BadRequestException {
    if (!node.path(member).isTextual()) throw new BadRequestException();
    return node.get(member).textValue();
  }

  private Answer answerTo(HttpExchange exchange) throws IOException, GeneralSecurityException, BadRequestException {
    Headers headers = exchange.getRequestHeaders();
    if (!exchange.getRequestURI().getPath().equals("/hook")) return new Answer(404, "");
    if (!exchange.getRequestMethod().equals("POST")) return new Answer(405, "expected POST");
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) return new Answer(413, "the body is too large");
    String secret = secretOf(body, headers);
    if (secret == null) return new Answer(401, "the signature or the time is wrong");
    // The id is signed, the type is not.
    boolean isChallenge = "posthorn.challenge".equals(headers.getFirst("posthorn-event-type"));
    if (isChallenge && headers.getFirst("webhook-id").startsWith("chl_")) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] answer = mac.doFinal(textOf(JSON.readTree(body), "challenge").getBytes(StandardCharsets.UTF_8));
      exchange.getResponseHeaders().set("content-type", "application/json");
      return new Answer(200, "{\"response\":\"sha256=" + HexFormat.of().formatHex(answer) + "\"}");
    }
    if (accept(eventsIn(body, headers))) return new Answer(202, "");
    exchange.getResponseHeaders().set("retry-after", "5");
    return new Answer(503, "too much to do");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = answerTo(exchange);
      } catch (IOException | BadRequestException e) {
        answer = new Answer(400, "expected a batch, a JSON array of events, or a challenge");
      } catch (GeneralSecurityException e) {
        answer = new Answer(500, "");
      }
      System.out.println(answer.status() + " " + exchange.getRequestHeaders().getFirst("webhook-id"));
      byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), text.length == 0 ? -1 : text.length);
      exchange.getResponseBody().write(text);
    }
  }

  /** What was answered is done before the process ends. */
  private void finish() {
    worker.shutdown();
    try {
      worker.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int setting(String name, int otherwise) {
    String value = System.getenv(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  public static void main(String[] args) throws Exception {
    String secrets = System.getenv("WEBHOOK_SECRETS");
    Receiver receiver;
    try {
      receiver = new Receiver(secrets == null ? "" : secrets);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(setting("PORT", 3000)), 0);
    server.setExecutor(Executors.newFixedThreadPool(16));
    server.createContext("/", receiver::answer);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      server.stop(1);
      receiver.finish();
    }));
    server.start();
  }
}
