-- Write and read access to the catalog. One gate at a time; what happens inside becomes real when it returns.
local K = ...
local host, F = K.host, K.functions

local WRITE = "LrCatalog:withWriteAccessDo"
local PRIVATE = "LrCatalog:withPrivateWriteAccessDo"

local function open(full, name, f, private)
  K.gate = { owner = K.current, private = private, name = name }
  host.gate_opened(name, private)
  local context, inside = K.new_context(full)
  local ok, message, co = K.task_pcall(f, context)
  inside.alive = false
  K.gate = nil
  if not ok then
    host.gate_closed(false)
    return false, message, type(co) == "thread" and debug.traceback(co) or ""
  end
  K.results(host.gate_closed(true))
  return true
end

local function fail_async(name) return function(message, trace) host.task_failed(name, K.text_of(message), trace, true) end end

--- Waits for a busy catalog. Returns "go", or what the call returns to its caller.
local function admitted(full, name, f, params, private)
  local gate = K.gate
  if gate and gate.owner == K.current then
    error(full .. ": already inside a write access call ('" .. tostring(gate.name) .. "')", 0)
  end
  local busy = host.busy_seconds(name)
  if not gate and busy == 0 then return "go" end
  if not params then
    error(full .. ": was blocked by another write access call, and no timeout parameters were provided", 0)
  end
  if params.asynchronous then
    K.spawn(tostring(name), fail_async(tostring(name)), function()
      while K.gate do K.wait_for(host.sleep(0.01)) end
      local ok, message = open(full, name, f, private)
      if not ok then error(message, 0) end
    end)
    return "queued"
  end
  local deadline = host.now() + params.timeout
  K.wait_for(host.sleep(math.min(busy, params.timeout)))
  while K.gate and host.now() < deadline do K.wait_for(host.sleep(0.01)) end
  if K.gate or busy > params.timeout then
    if params.callback then params.callback() end
    return "aborted"
  end
  return "go"
end

local function check_params(full, params)
  if params == nil then return end
  if type(params) ~= "table" then error(full .. ": timeoutParams must be a table, not a " .. type(params), 0) end
  if not params.asynchronous and type(params.timeout) ~= "number" then
    error(full .. ": timeoutParams.timeout must be a number", 0)
  end
end

local function with_gate(full, name, f, params, private)
  if type(f) ~= "function" then error(full .. ": a function is needed, not a " .. type(f), 0) end
  if K.read_gate then error(full .. ": already inside a read access call", 0) end
  check_params(full, params)
  local verdict = admitted(full, name, f, params, private)
  if verdict ~= "go" then return verdict end
  local ok, message = open(full, name, f, private)
  if not ok then error(message, 0) end
  return "executed"
end

F["LrCatalog.withWriteAccessDo"] = function(_, name, f, params)
  if type(name) ~= "string" then
    error(WRITE .. ": actionName must be a string, not a " .. type(name), 0)
  end
  return with_gate(WRITE, name, f, params, false)
end

F["LrCatalog.withPrivateWriteAccessDo"] = function(_, f, params)
  return with_gate(PRIVATE, PRIVATE, f, params, true)
end

F["LrCatalog.withReadAccessDo"] = function(_, f)
  if type(f) ~= "function" then error("LrCatalog:withReadAccessDo: a function is needed", 0) end
  if K.gate or K.read_gate then error("LrCatalog:withReadAccessDo: already inside an access call", 0) end
  K.read_gate = true
  local ok, message = K.task_pcall(f)
  K.read_gate = nil
  if not ok then error(message, 0) end
end

K.properties["LrCatalog.hasWriteAccess"] = function()
  return K.gate ~= nil and K.gate.owner == K.current and not K.gate.private
end
K.properties["LrCatalog.hasPrivateWriteAccess"] = function() return K.gate ~= nil and K.gate.owner == K.current end

F["LrCatalog.assertHasWriteAccess"] = function(_, name)
  if not (K.gate and K.gate.owner == K.current and not K.gate.private) then
    error(tostring(name or "LrCatalog:assertHasWriteAccess") .. ": must be called within a withWriteAccessDo block", 0)
  end
end
F["LrCatalog.assertHasPrivateWriteAccess"] = function(_, name)
  if not (K.gate and K.gate.owner == K.current) then
    error(tostring(name or "LrCatalog:assertHasPrivateWriteAccess") .. ": must be called within an access block", 0)
  end
end

--- Whether the running code may read keywords: measured, their getters want read access and no task alone.
function K.has_read_access() return K.read_gate or (K.gate and K.gate.owner == K.current) or false end
