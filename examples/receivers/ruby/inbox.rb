# frozen_string_literal: true

Event = Struct.new(:id, :type, :body)

# Accepts each event once. One process keeps its ids in memory. Several need a shared store instead: a table with a unique key,
# or Redis (`SET id 1 NX EX 172800`). A process that dies loses what is queued: where that matters, use a durable queue such as
# Sidekiq, and put events into it before you answer.
class Inbox
  KEEP_SECONDS = 48 * 3600
  MAX_IDS = 100_000

  # @yieldparam event [Event] to work on, in one thread
  def initialize(size, &handle)
    @size = size
    @seen = {} # The oldest first: a Hash keeps its order.
    @lock = Mutex.new
    @queue = Thread::Queue.new
    @worker = Thread.new { work(handle) }
  end

  # Queues the events that are new. @return false if there is no room for all of them
  def accept(events)
    @lock.synchronize do
      now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      forget_old(now)
      fresh = events.reject { |event| @seen.key?(event.id) }.uniq(&:id)
      return false if @queue.size + fresh.size > @size

      fresh.each do |event|
        @seen[event.id] = now
        @queue << event
      end
      true
    end
  end

  # Returns when all that was accepted is done.
  def finish
    @queue.close
    @worker.join
  end

  private

  def work(handle)
    while (event = @queue.pop)
      begin
        handle.call(event)
      rescue StandardError => e
        # It was answered with 2xx and does not come again: keep what fails.
        warn "failed #{event.id} #{e.full_message}"
      end
    end
  end

  def forget_old(now)
    while (id, at = @seen.first)
      return if now - at < KEEP_SECONDS && @seen.size <= MAX_IDS

      @seen.delete(id)
    end
  end
end
