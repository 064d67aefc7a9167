/** The digest of a Redis data set: equal data sets have equal digests, in any order and after any restart. */

/** The count and digest of a server's keys. */
export interface DatasetDigest {
  /** Keys that the digest covers. */
  readonly keys: number;
  /** Keys that expire within the hour, which the digest leaves out, since they may expire between two digests. */
  readonly expiring: number;
  /** 40 hexadecimal digits: the exclusive or of a SHA-1 per key, over its database, name, type, value and expiry. */
  readonly digest: string;
}

export const emptyDigest = '0'.repeat(40);

/**
 * Digests one page of a server's keys: a Lua script, since only the server reads values of every type in their logical
 * form. ARGV: the database's number, SCAN's cursor, the bound of expiry (epoch milliseconds), the digest so far.
 * Returns `cursor keys expiring digest`. A script runs alone, so a page is small. A stream's consumer groups are left
 * out.
 */
export const digestPageScript = `
redis.call('SELECT', ARGV[1])
local bound = tonumber(ARGV[3])
local words = {}
for i = 0, 4 do words[i] = tonumber(string.sub(ARGV[4], i * 8 + 1, i * 8 + 8), 16) end
local page = redis.call('SCAN', ARGV[2], 'COUNT', 500)
local keys, expiring = 0, 0
local function joined(list)
  local parts = {}
  for _, item in ipairs(list) do
    local text = type(item) == 'table' and joined(item) or tostring(item)
    parts[#parts + 1] = #text .. ':' .. text
  end
  return table.concat(parts)
end
local function pairsOf(list)
  local pairs = {}
  for i = 1, #list, 2 do pairs[#pairs + 1] = #list[i] .. ':' .. list[i] .. '=' .. list[i + 1] end
  table.sort(pairs)
  return joined(pairs)
end
local function sorted(list) table.sort(list) return joined(list) end
local read = {
  string = function(key) return redis.call('GET', key) end,
  list = function(key) return joined(redis.call('LRANGE', key, 0, -1)) end,
  set = function(key) return sorted(redis.call('SMEMBERS', key)) end,
  zset = function(key) return pairsOf(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')) end,
  hash = function(key) return pairsOf(redis.call('HGETALL', key)) end,
  stream = function(key) return joined(redis.call('XRANGE', key, '-', '+')) end,
}
for _, key in ipairs(page[2]) do
  local kind = redis.call('TYPE', key).ok
  local expiry = redis.call('PEXPIRETIME', key)
  if kind ~= 'none' and expiry ~= -2 then
    if expiry >= 0 and expiry < bound then
      expiring = expiring + 1
    else
      keys = keys + 1
      local value = read[kind] and read[kind](key) or ''
      local hash = redis.sha1hex(joined({ARGV[1], key, kind, value, expiry}))
      for i = 0, 4 do
        words[i] = bit.bxor(words[i], tonumber(string.sub(hash, i * 8 + 1, i * 8 + 8), 16))
      end
    end
  end
end
local digest = ''
for i = 0, 4 do digest = digest .. bit.tohex(words[i]) end
return page[1] .. ' ' .. keys .. ' ' .. expiring .. ' ' .. digest
`.trim();
