// Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

// The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
const int MaxBody = 8 << 20;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls($"http://*:{builder.Configuration.GetValue("PORT", 3000)}");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBody);
builder.Services.AddSingleton<Inbox>();
builder.Services.AddHostedService<Worker>();
var app = builder.Build();

var secrets = (app.Configuration["WEBHOOK_SECRETS"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
if (secrets.Length == 0 || !secrets.All(Signature.IsSecret))
    throw new InvalidOperationException(
        "WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between");
var signatures = secrets.Select(secret => new Signature(secret)).ToArray();

app.MapPost("/hook", async (HttpRequest request, HttpResponse response, Inbox inbox, ILogger<Program> log) =>
{
    var result = await Answer(request, response, inbox);
    log.LogInformation("{Status} {Id}", (result as IStatusCodeHttpResult)?.StatusCode, (string?)request.Headers["webhook-id"]);
    return result;
});
app.Run();

async Task<IResult> Answer(HttpRequest request, HttpResponse response, Inbox inbox)
{
    // The bytes as they came: JSON that is parsed and written again is signed by nobody.
    using var buffer = new MemoryStream();
    try
    {
        await request.Body.CopyToAsync(buffer);
    }
    catch (BadHttpRequestException error)
    {
        return Results.Text("the body is too large, or broke off", statusCode: error.StatusCode);
    }
    var body = buffer.ToArray();
    string id = request.Headers["webhook-id"].ToString(), type = request.Headers["posthorn-event-type"].ToString();
    var signer = Array.Find(signatures, signature => signature.IsRight(
        id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body));
    if (signer is null) return Results.Text("the signature or the time is wrong", statusCode: 401);
    try
    {
        // The id is signed, the type is not.
        if (id.StartsWith("chl_", StringComparison.Ordinal) && type == "posthorn.challenge")
        {
            using var asked = JsonDocument.Parse(body);
            var challenge = Encoding.UTF8.GetBytes(asked.RootElement.GetProperty("challenge").GetString()!);
            var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(signer.Secret), challenge);
            return Results.Json(new { response = "sha256=" + Convert.ToHexString(mac).ToLowerInvariant() });
        }
        Event[] events = [new Event(id, type, body)];
        if (request.Headers.ContainsKey("posthorn-batch")) events = Batch.EventsIn(body);
        else if (request.Headers["posthorn-test"].ToString() == "true") events = [];
        if (inbox.Accept(events)) return Results.Accepted();
    }
    catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
    {
        return Results.Text("expected a batch, a JSON array of events, or a challenge", statusCode: 400);
    }
    response.Headers.RetryAfter = "5";
    return Results.Text("too much to do", statusCode: 503);
}
