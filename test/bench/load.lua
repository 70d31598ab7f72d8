-- For wrk: sends the requests of a file one after the other, over and over.
--
-- The file has each request's length in bytes in a line of its own, and the
-- request after it.  At the end a line says what came of it: requests,
-- microseconds, answers that are errors, failures of sockets, and the latencies
-- in microseconds that half of the answers, and 99 of 100, are not slower than.

local requests = {}
local number = 0
local threads = 0

function setup(thread)
	thread:set("first", threads)
	threads = threads + 1
end

function init(arguments)
	local file = assert(io.open(arguments[1], "rb"))
	local length = file:read("*l")
	while length do
		requests[#requests + 1] = file:read(tonumber(length))
		length = file:read("*l")
	end
	file:close()
	-- Threads do not ask for the same at the same time.
	number = first * math.floor(#requests / 2)
end

function request()
	number = number % #requests + 1
	return requests[number]
end

function done(summary, latency, _)
	local errors = summary.errors
	io.write(string.format("summary %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
		errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
