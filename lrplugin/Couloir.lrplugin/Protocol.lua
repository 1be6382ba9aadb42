--- A client of the service: HTTP on 127.0.0.1, JSON both ways, every failure with a plain message and advice.
--
-- A problem is a table: `message` says what happened, `advice` what to do, `code` is stable (the service's own code, or
-- one that starts with "transport."), `canceled` is true when it was the user who stopped.
local sdk = require "Sdk"
local Json = require "Json"
local Log = require "Log"
local Proof = require "Proof"

local Protocol = {}

--- Seconds. Reading is quick; work is done in jobs or small batches.
Protocol.TIMEOUT = { hello = 5, quick = 15, work = 120 }

local CANCELED = { code = "canceled", canceled = true, message = "", advice = "" }
local POLL = 0.05

--- The user stopped: nothing to show.
function Protocol.canceled() return CANCELED end

--- Makes a problem of the plug-in.
function Protocol.problem(code, message, advice) return { code = code, message = message, advice = advice or "" } end

--- A problem in one text: what happened, and what to do. Pure.
function Protocol.words(problem) return problem.advice ~= "" and problem.message .. " " .. problem.advice or problem.message end

--- Makes a problem of a fault in the plug-in. The log has the details.
function Protocol.fault(why)
  Log.trouble("fault: " .. tostring(why))
  return Protocol.problem(
    "plugin.fault",
    LOC "$$$/Couloir/Error/Fault=Couloir's plug-in stopped because of a fault of its own.",
    LOC "$$$/Couloir/Error/Fault/Do=Finished work is kept. Make a diagnostic report (Help > Plug-in Extras) and send it to us."
  )
end

local function of_transport(failure)
  local kind = type(failure) == "table" and failure.errorCode or "unknown"
  if kind == "cannotConnectToHost" or kind == "cannotFindHost" or kind == "resourceUnavailable" then
    return Protocol.problem(
      "transport.refused",
      LOC "$$$/Couloir/Error/Refused=Couloir's service does not answer.",
      LOC "$$$/Couloir/Error/Refused/Do=Start it under Help > Plug-in Extras > Settings and service, then try again."
    )
  elseif kind == "timedOut" then
    return Protocol.problem(
      "transport.timeout",
      LOC "$$$/Couloir/Error/Timeout=Couloir's service took too long to answer.",
      LOC "$$$/Couloir/Error/Timeout/Do=Try again. If it happens again, restart the service in Settings and service."
    )
  elseif kind == "networkConnectionLost" or kind == "badServerResponse" then
    return Protocol.problem(
      "transport.lost",
      LOC "$$$/Couloir/Error/Lost=The connection to Couloir's service broke off.",
      LOC "$$$/Couloir/Error/Lost/Do=Try again: finished work is kept, and nothing is done twice."
    )
  end
  return Protocol.problem(
    "transport." .. tostring(kind),
    LOC("$$$/Couloir/Error/Transport=Lightroom could not reach Couloir's service (^1).", tostring(kind)),
    LOC "$$$/Couloir/Error/Refused/Do=Start it under Help > Plug-in Extras > Settings and service, then try again."
  )
end

-- Not an answer of the service: another program may use its port.
local function unreadable(status)
  return Protocol.problem(
    "transport.unreadable",
    LOC("$$$/Couloir/Error/Unreadable=Couloir's service gave an answer that cannot be read (status ^1).", status),
    LOC "$$$/Couloir/Error/Unreadable/Do=Restart the service. If that does not help, make a diagnostic report."
  )
end

-- The answer is not from a holder of the token: the service has ended, and another program uses its port.
local function unproven()
  return Protocol.problem(
    "transport.unproven",
    LOC "$$$/Couloir/Error/Unproven=Another program answers in place of Couloir's service.",
    LOC "$$$/Couloir/Error/Unproven/Do=Nothing of its answer was used. Restart the service in Settings and service."
  )
end

local function text_of(value) return type(value) == "string" and value or "" end

local function of_status(status, document)
  if type(document) ~= "table" or type(document.detail) ~= "string" then return unreadable(status) end
  local found = Protocol.problem(text_of(document.code), document.detail, text_of(document.advice))
  found.item, found.status = text_of(document.item), status
  return found
end

local Client = {}
Client.__index = Client

--- @tparam table place `port` on 127.0.0.1, and `token`, which is never sent: see Proof
-- @tparam[opt] function find returns the new place after the service has been restarted; nil when there is none
function Protocol.client(place, find)
  return setmetatable({ port = place.port, token = place.token, find = find }, Client)
end

--- Where the service is, without a slash at the end.
function Client:address() return string.format("http://127.0.0.1:%d", self.port) end

--- Whether a link leads to the service itself.
function Client:owns(url)
  local own = self:address() .. "/"
  return type(url) == "string" and url:sub(1, #own) == own and not url:find "[%c%s]"
end

-- A request's proof authenticates the client; the answer's proof must be made with its nonce.
local function put_proof(client, request)
  local token, port = client.token, string.format("%d", client.port)
  local nonce = Proof.nonce(token)
  request.nonce, request.proof = nonce, Proof.of_request(token, port, nonce)
  request.expected = function(status, body) return Proof.of_answer(token, port, nonce, status, body) end
end

local function send(client, request)
  local headers = {
    { field = "Authorization", value = "Couloir " .. request.proof },
    { field = "Couloir-Nonce", value = request.nonce },
    { field = "Content-Type", value = "application/json" },
    { field = "Accept", value = "application/json" },
    { field = "Accept-Language", value = sdk.Localization.currentLanguage() },
  }
  if request.key then headers[#headers + 1] = { field = "Idempotency-Key", value = request.key } end
  local url = client:address() .. request.path
  if request.method == "GET" then return sdk.Http.get(url, headers, request.timeout) end
  return sdk.Http.post(url, request.body, headers, request.method, request.timeout)
end

-- A running request cannot be stopped, so it runs in a task of its own, and a cancel does not wait for it.
local function send_unless_canceled(client, request, canceled)
  if not canceled then return send(client, request) end
  local box = {}
  sdk.Tasks.startAsyncTask(function()
    box.ok, box.body, box.headers = sdk.Tasks.pcall(send, client, request)
    box.done = true
  end, "Couloir request")
  while not box.done do
    if canceled() then return nil, CANCELED end
    sdk.Tasks.sleep(POLL)
  end
  if not box.ok then error(box.body, 0) end
  return box.body, box.headers
end

local function is_proven(request, status, body, headers)
  for _, header in ipairs(headers) do
    if type(header.field) == "string" and header.field:lower() == "couloir-proof" then
      return header.value == request.expected(status, body)
    end
  end
  return false
end

local function answer_of(request, body, headers)
  if headers == CANCELED then return nil, CANCELED end
  if body == nil then return nil, of_transport(type(headers) == "table" and headers.error) end
  local status, has = type(headers) == "table" and headers.status or 0, request.has
  if status == 0 or not is_proven(request, status, body, headers) then return nil, unproven() end
  local document = Json.decode(body)
  if status < 200 or status > 299 then return nil, of_status(status, document) end
  if document == nil then return nil, unreadable(status) end
  if has and (type(document) ~= "table" or document[has] == nil) then return nil, unreadable(status) end
  return document
end

--- Whether the service may have restarted: after each start it has a new token, and possibly another port.
local function moved(client, problem)
  if problem.code ~= "transport.refused" and problem.code ~= "transport.unproven" then return false end
  local place = client.find and client.find()
  if not place or (place.port == client.port and place.token == client.token) then return false end
  client.port, client.token = place.port, place.token
  return true
end

local function worth_repeating(request, problem)
  local broken = problem.code == "transport.lost" or problem.code == "transport.timeout"
  return broken and (request.method == "GET" or request.key ~= nil)
end

local function of_request(client, request, canceled)
  put_proof(client, request)
  local body, headers = send_unless_canceled(client, request, canceled)
  return answer_of(request, body, headers)
end

local function call(client, request, canceled)
  local found, problem
  for _ = 1, 2 do
    found, problem = of_request(client, request, canceled)
    if found ~= nil then return found end
    if problem.canceled then return nil, problem end
    Log.trouble(request.method .. " " .. request.path .. ": " .. problem.code .. " " .. Log.named(problem.message))
    if not moved(client, problem) and not worth_repeating(request, problem) then break end
  end
  return nil, problem
end

--- @tparam string path with its query
-- @tparam[opt] table options `timeout` in seconds; `canceled`, a function that says whether the user has stopped; `has`,
-- the name of a member that an answer must have
-- @return the decoded answer; or nil and a problem
function Client:get(path, options)
  options = options or {}
  local request = {
    method = "GET", path = path, has = options.has, timeout = options.timeout or Protocol.TIMEOUT.quick,
  }
  return call(self, request, options.canceled)
end

--- @tparam string path
-- @tparam table body
-- @tparam[opt] table options as for `get`; `key` makes a repeated request count once
-- @return the decoded answer; or nil and a problem
function Client:post(path, body, options)
  options = options or {}
  local text, why = Json.encode(body)
  if not text then error("a request to " .. path .. " cannot be written: " .. why, 0) end
  local request = {
    method = "POST", path = path, body = text, key = options.key, has = options.has,
    timeout = options.timeout or Protocol.TIMEOUT.work,
  }
  return call(self, request, options.canceled)
end

--- A text as part of a query or path. Pure.
function Protocol.escaped(text)
  return (text:gsub("[^%w%-%._~]", function(sign) return string.format("%%%02X", sign:byte()) end))
end

return Protocol
