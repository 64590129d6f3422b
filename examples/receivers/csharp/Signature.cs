using System.Security.Cryptography;
using System.Text;

/// <summary>A signature of Standard Webhooks by one secret.</summary>
public sealed class Signature(string secret)
{
    private const long ToleranceSeconds = 5 * 60;

    private readonly byte[] key =
        Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);

    public string Secret => secret;

    /// <summary>With another secret every request would be refused.</summary>
    public static bool IsSecret(string text) =>
        text.StartsWith("whsec_", StringComparison.Ordinal)
        && Convert.TryFromBase64String(text[6..], new byte[text.Length], out var bytes)
        && bytes >= 24;

    /// <param name="signatures">v1,&lt;base64&gt;; several, with blanks between, while a secret is replaced.</param>
    public bool IsRight(string id, string time, string signatures, byte[] body)
    {
        if (!long.TryParse(time, out var seconds)) return false;
        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) > ToleranceSeconds) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        var expected = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        return signatures.Split(' ').Any(given =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), expected));
    }
}
