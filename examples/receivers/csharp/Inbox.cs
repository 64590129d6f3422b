using System.Text.Json;
using System.Threading.Channels;

public sealed record Event(string Id, string Type, byte[] Body);

public static class Batch
{
    private sealed record Entry(string? Id, string? Type, bool Test, JsonElement Data, byte[]? Data_Base64);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>The events to work on; tests are none.</summary>
    /// <exception cref="JsonException">The body is no batch.</exception>
    public static Event[] EventsIn(byte[] body)
    {
        var entries = JsonSerializer.Deserialize<Entry?[]>(body, Options) ?? throw new JsonException();
        return [.. entries.Select(EventIn).OfType<Event>()];
    }

    /// <returns>null for a test.</returns>
    private static Event? EventIn(Entry? entry)
    {
        if (entry is not { Id: { } id, Type: { } type }) throw new JsonException();
        // JSON's null is an element as well, so what is Undefined is not there.
        if (entry.Data_Base64 is null && entry.Data.ValueKind == JsonValueKind.Undefined) throw new JsonException();
        if (entry.Test) return null;
        return new Event(id, type, entry.Data_Base64 ?? JsonSerializer.SerializeToUtf8Bytes(entry.Data));
    }
}

/// <summary>
/// Accepts each event once. One process keeps its ids in memory. Several need a shared store instead: a table with a unique key,
/// or Redis (SET id 1 NX EX 172800). A process that dies loses what is queued: where that matters, put events into a durable
/// queue before you answer.
/// </summary>
public sealed class Inbox(IConfiguration configuration)
{
    private const int MaxIds = 100_000;
    private static readonly TimeSpan Keep = TimeSpan.FromHours(48);

    private readonly int size = configuration.GetValue("QUEUE_SIZE", 1000);
    private readonly Channel<Event> queue = Channel.CreateUnbounded<Event>();
    private readonly HashSet<string> seen = [];
    /// <summary>The oldest first.</summary>
    private readonly Queue<(string Id, DateTime At)> arrivals = new();
    private readonly object gate = new();

    public ChannelReader<Event> Reader => queue.Reader;

    /// <summary>Queues the events that are new.</summary>
    /// <returns>false if there is no room for all of them.</returns>
    public bool Accept(IEnumerable<Event> events)
    {
        var now = DateTime.UtcNow;
        lock (gate)
        {
            while (arrivals.TryPeek(out var oldest) && (now - oldest.At >= Keep || arrivals.Count > MaxIds))
                seen.Remove(arrivals.Dequeue().Id);
            var fresh = events.Where(e => !seen.Contains(e.Id)).DistinctBy(e => e.Id).ToList();
            if (queue.Reader.Count + fresh.Count > size) return false;
            foreach (var e in fresh)
            {
                seen.Add(e.Id);
                arrivals.Enqueue((e.Id, now));
                queue.Writer.TryWrite(e);
            }
            return true;
        }
    }

    /// <summary>No more events come: the worker ends when the queue is empty.</summary>
    public void Close() => queue.Writer.TryComplete();
}

public sealed class Worker(Inbox inbox, IConfiguration configuration, ILogger<Worker> log) : BackgroundService
{
    private readonly int workMs = configuration.GetValue("WORK_MS", 0);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await foreach (var e in inbox.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await Handle(e);
            }
            catch (Exception error)
            {
                // It was answered with 2xx and does not come again: keep what fails.
                log.LogError(error, "failed {Id}", e.Id);
            }
        }
    }

    /// <summary>Your own work.</summary>
    private async Task Handle(Event e)
    {
        await Task.Delay(workMs);
        log.LogInformation("handled {Id} {Type}, {Bytes} bytes", e.Id, e.Type, e.Body.Length);
    }

    public override Task StopAsync(CancellationToken cancellation)
    {
        inbox.Close();
        return base.StopAsync(cancellation);
    }
}
