# frozen_string_literal: true

# Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later.
# One process, several threads: `puma -p 8080` as it is, without WEB_CONCURRENCY.

require 'json'
require 'openssl'
require_relative 'inbox'
require_relative 'signature'

$stdout.sync = true

# The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
MAX_BODY = 8 * 1024 * 1024
WORK_SECONDS = Integer(ENV.fetch('WORK_MS', '0')) / 1000.0

SIGNATURES = ENV.fetch('WEBHOOK_SECRETS', '').split.map { |secret| Signature.new(secret) }
abort 'WEBHOOK_SECRETS: expected whsec_…, or several with blanks between' if SIGNATURES.empty?

# Your own work.
INBOX = Inbox.new(Integer(ENV.fetch('QUEUE_SIZE', '1000'))) do |event|
  sleep WORK_SECONDS
  puts "handled #{event.id} #{event.type}, #{event.body.bytesize} bytes"
end
# Puma has answered all requests by then.
at_exit { INBOX.finish }

def answer(status, text = '', headers = {})
  [status, headers, [text]]
end

def events_in(body, id, type, is_batch)
  return [Event.new(id, type, body)] unless is_batch

  JSON.parse(body).map do |entry|
    data = entry['data_base64']
    Event.new(entry.fetch('id'), entry.fetch('type'), data ? data.unpack1('m0') : JSON.generate(entry['data']))
  end
end

def challenge_answer(secret, body)
  mac = OpenSSL::HMAC.hexdigest('sha256', secret, JSON.parse(body).fetch('challenge'))
  answer(200, JSON.generate(response: "sha256=#{mac}"), { 'content-type' => 'application/json' })
end

def receive(env)
  return answer(404) unless env['PATH_INFO'] == '/hook'
  return answer(405, 'expected POST', { 'allow' => 'POST' }) unless env['REQUEST_METHOD'] == 'POST'

  # The bytes as they came: JSON that is parsed and written again is signed by nobody.
  body = env['rack.input'].read(MAX_BODY + 1) || ''
  return answer(413, 'the body is too large') if body.bytesize > MAX_BODY

  id, time, signatures = env.values_at('HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE')
  signer = SIGNATURES.find { |signature| signature.right?(id, time, signatures, body) }
  return answer(401, 'the signature or the time is wrong') unless signer

  # The id is signed, the type is not.
  type = env['HTTP_POSTHORN_EVENT_TYPE']
  return challenge_answer(signer.secret, body) if id.start_with?('chl_') && type == 'posthorn.challenge'
  return answer(202) if INBOX.accept(events_in(body, id, type, env.key?('HTTP_POSTHORN_BATCH')))

  answer(503, 'too much to do', { 'retry-after' => '5' })
rescue JSON::ParserError, KeyError, ArgumentError, TypeError, NoMethodError
  answer(400, 'expected a batch, a JSON array of events')
end

run(lambda do |env|
  receive(env).tap { |status,| puts "#{status} #{env['HTTP_WEBHOOK_ID']}" }
end)
