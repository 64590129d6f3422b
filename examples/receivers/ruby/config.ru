# frozen_string_literal: true

# Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later.
# One process, several threads: `puma -p 3000` as it is, without WEB_CONCURRENCY.

require 'json'
require 'openssl'
require_relative 'inbox'
require_relative 'signature'

$stdout.sync = true

# The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
MAX_BODY = 8 * 1024 * 1024
WORK_SECONDS = Integer(ENV.fetch('WORK_MS', '0')) / 1000.0

SECRETS = ENV.fetch('WEBHOOK_SECRETS', '').split
if SECRETS.empty? || !SECRETS.all? { |secret| Signature.secret?(secret) }
  abort 'WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between'
end
SIGNATURES = SECRETS.map { |secret| Signature.new(secret) }

# Your own work.
def handle(event)
  sleep WORK_SECONDS
  puts "handled #{event.id} #{event.type}, #{event.body.bytesize} bytes"
end

INBOX = Inbox.new(Integer(ENV.fetch('QUEUE_SIZE', '1000'))) { |event| handle(event) }
# Puma has answered all requests by then.
at_exit { INBOX.finish }

def answer(status, text = '', headers = {})
  [status, headers, [text]]
end

# The signature is right, and the body is not what it has to be.
class BadRequestError < StandardError; end

# @return [Array<Event>] to work on; tests are none
def events_in(body, env)
  return events_of(JSON.parse(body)) if env.key?('HTTP_POSTHORN_BATCH')
  return [] if env['HTTP_POSTHORN_TEST'] == 'true'

  [Event.new(env['HTTP_WEBHOOK_ID'], env['HTTP_POSTHORN_EVENT_TYPE'], body)]
end

def events_of(batch)
  raise BadRequestError unless batch.is_a?(Array) && batch.all?(Hash)

  batch.reject { |entry| entry['test'] == true }.map do |entry|
    Event.new(text_in(entry, 'id'), text_in(entry, 'type'), data_in(entry))
  end
end

def data_in(entry)
  return text_in(entry, 'data_base64').unpack1('m0') if entry.key?('data_base64')

  JSON.generate(entry.fetch('data') { raise BadRequestError })
rescue ArgumentError # It is no base64.
  raise BadRequestError
end

def text_in(entry, member)
  text = entry[member] if entry.is_a?(Hash)
  text.is_a?(String) ? text : raise(BadRequestError)
end

def challenge_answer(secret, body)
  mac = OpenSSL::HMAC.hexdigest('sha256', secret, text_in(JSON.parse(body), 'challenge'))
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
  return answer(202) if INBOX.accept(events_in(body, env))

  answer(503, 'too much to do', { 'retry-after' => '5' })
rescue JSON::JSONError, BadRequestError
  answer(400, 'expected a batch, a JSON array of events, or a challenge')
end

run(lambda do |env|
  receive(env).tap { |status,| puts "#{status} #{env['HTTP_WEBHOOK_ID']}" }
end)
