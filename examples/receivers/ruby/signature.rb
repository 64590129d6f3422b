# frozen_string_literal: true

require 'openssl'

# A signature of Standard Webhooks by one secret. With the gem standardwebhooks, `right?` is
# `StandardWebhooks::Webhook.new(secret).verify(body, headers)` without its errors (see README.md).
class Signature
  TOLERANCE = 5 * 60

  # With another secret every request would be refused.
  def self.secret?(text)
    text.start_with?('whsec_') && text.delete_prefix('whsec_').unpack1('m0').bytesize >= 24
  rescue ArgumentError # It is no base64.
    false
  end

  attr_reader :secret

  def initialize(secret)
    @secret = secret
    @key = secret.delete_prefix('whsec_').unpack1('m0')
  end

  # @param signatures [String] `v1,<base64>`; several, with blanks between, while a secret is replaced
  def right?(id, time, signatures, body)
    return false unless id && signatures && time&.match?(/\A\d{1,12}\z/)
    return false if (Time.now.to_i - time.to_i).abs > TOLERANCE

    expected = "v1,#{[OpenSSL::HMAC.digest('sha256', @key, "#{id}.#{time}.".b + body)].pack('m0')}"
    signatures.split.any? { |given| OpenSSL.secure_compare(given, expected) }
  end
end
