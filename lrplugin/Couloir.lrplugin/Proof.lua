--- Proofs that plug-in and service hold the same token, so that neither has to send it: HMAC-MD5 (RFC 2104). LrMD5
-- takes any bytes: public plug-ins compare its digests of whole files with those that other programs make.
local sdk = require "Sdk"

local Proof = {}

local BLOCK = 64
local start, counter = nil, 0

local function xor(a, b)
  local result, bit = 0, 1
  while a > 0 or b > 0 do
    local low_a, low_b = a % 2, b % 2
    if low_a ~= low_b then result = result + bit end
    a, b, bit = (a - low_a) / 2, (b - low_b) / 2, bit * 2
  end
  return result
end

local function padded(key, with)
  local bytes = {}
  for n = 1, BLOCK do bytes[n] = string.char(xor(key:byte(n) or 0, with)) end
  return table.concat(bytes)
end

local function raw(hex)
  return (hex:gsub("%x%x", function(two) return string.char(tonumber(two, 16)) end))
end

--- HMAC-MD5 in lower-case hexadecimal.
function Proof.hmac(key, text)
  if #key > BLOCK then key = raw(sdk.MD5.digest(key)) end
  local inner = sdk.MD5.digest(padded(key, 0x36) .. text)
  return sdk.MD5.digest(padded(key, 0x5c) .. raw(inner)):lower()
end

--- A text that was never used before.
function Proof.nonce(token)
  start = start or Proof.hmac(token, string.format("nonce\n%.6f\n%s", sdk.Date.currentTime(), tostring {}))
  counter = counter + 1
  return start .. "-" .. counter
end

--- The proof that a request carries in place of the token.
function Proof.of_request(token, port, nonce)
  return Proof.hmac(token, "request\n" .. port .. "\n" .. nonce)
end

--- The proof in the service's answer to a request with this nonce.
function Proof.of_answer(token, port, nonce, status, body)
  return Proof.hmac(token, "answer\n" .. port .. "\n" .. nonce .. "\n" .. status .. "\n" .. body)
end

return Proof
