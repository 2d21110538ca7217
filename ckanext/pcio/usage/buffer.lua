-- Counts one event. Everything of it happens or nothing: Redis runs a script as one step.
-- The rules are told in usage/counting.py, which applies them to logs.
--
-- KEYS 1 buffer   hash: counter -> number, waiting for the flush
--      2 last     hash: kind -> time of its latest event
--      3 first    time of the first event ever
--      4 due      there while a flush is already asked for
--      5 click    the latest event of this visitor at this address
--      6 earlier  the same under the visitor's key of yesterday (or the same key as 5)
--      7 hour     hash: visitor and dataset -> how many events of this clock hour, and whose
--      8 day      hash: visitor and scope -> the same for the day
-- ARGV 1 second, 2 what the event is, 3 its counter, 4 its kind, 5 its time as text,
--      6 seconds between flushes, 7 counters that count once, each on a line,
--      8 their members of hour or day, one after another, 9 how many of them belong to the hour
-- Returns 1 when a flush is to be asked for, otherwise 0.

local WINDOW = 30 -- seconds between two clicks that are one (COUNTER)
local MEMBER = 9 -- bytes of a member's name
local HOUR_LIFE, DAY_LIFE = 7200, 90000

local function add(counter, number)
  -- A counter that came back to nought is as if it never was.
  if redis.call('HINCRBY', KEYS[1], counter, number) == 0 then
    redis.call('HDEL', KEYS[1], counter)
  end
end

-- Access and account of a counter, which are those of the first event that held the member.
local SHAPE = '^([^|]*|[^|]*|)([^|]*|[^|]*)(|.*)$'

local function hold(set, life, member, counter)
  local held = redis.call('HGET', set, member)
  if held then
    local number, whose = string.match(held, '^(%d+) (.*)$')
    redis.call('HSET', set, member, (number + 1) .. ' ' .. whose)
    return
  end
  local _, whose = string.match(counter, SHAPE)
  redis.call('HSET', set, member, '1 ' .. whose)
  add(counter, 1)
  if redis.call('TTL', set) < 0 then
    redis.call('EXPIRE', set, life)
  end
end

local function let_go(set, member, counter)
  local held = redis.call('HGET', set, member)
  if not held then
    return
  end
  local number, whose = string.match(held, '^(%d+) (.*)$')
  if tonumber(number) > 1 then
    redis.call('HSET', set, member, string.format('%d %s', number - 1, whose))
    return
  end
  redis.call('HDEL', set, member)
  local head, _, tail = string.match(counter, SHAPE)
  add(head .. whose .. tail, -1)
end

local function each_once(event, act)
  local number = 0
  for counter in string.gmatch(event.once, '[^\n]+') do
    local member = string.sub(event.members, number * MEMBER + 1, (number + 1) * MEMBER)
    number = number + 1
    if number <= event.of_hour then
      act(event.hour, HOUR_LIFE, member, counter)
    else
      act(event.day, DAY_LIFE, member, counter)
    end
  end
end

local function count(event)
  add(event.counter, 1)
  each_once(event, hold)
end

local function withdraw(event)
  add(event.counter, -1)
  each_once(event, function(set, _, member, counter)
    let_go(set, member, counter)
  end)
end

local event = {
  second = tonumber(ARGV[1]), what = ARGV[2], counter = ARGV[3],
  hour = KEYS[7], day = KEYS[8], once = ARGV[7], members = ARGV[8], of_hour = tonumber(ARGV[9]),
}
local packed = redis.call('GET', KEYS[5])
if not packed and KEYS[6] ~= KEYS[5] then
  packed = redis.call('GET', KEYS[6])
end
local before = packed and cmsgpack.unpack(packed)
local is_late, is_double = false, false
if before then
  is_late = event.second < before.second
  is_double = math.abs(event.second - before.second) <= WINDOW
end

if not is_double then
  count(event)
elseif not is_late and (before.what ~= event.what or before.hour ~= event.hour) then
  -- The first of the two is dropped, the second kept.
  withdraw(before)
  count(event)
end
if not is_late then
  redis.call('SET', KEYS[5], cmsgpack.pack(event), 'EX', WINDOW + 1)
end

redis.call('HSET', KEYS[2], ARGV[4], ARGV[5])
redis.call('SETNX', KEYS[3], ARGV[5])
if redis.call('SET', KEYS[4], '1', 'EX', ARGV[6], 'NX') then
  return 1
end
return 0
