-- LrProgressScope and the modal progress dialog: bars that the user may cancel at any moment.
local K = ...
local host, F, rule = K.host, K.functions, K.rule

local CLASS = "LrProgressScope"
K.scopes = {} -- every bar so far, in order: what Python shows to tests

local function use(scope, what)
  local inside = K.payload[scope]
  if not inside.alive() then
    error(CLASS .. ":" .. what .. ": the function context of this progress scope has already ended", 0)
  end
  return inside
end

local function finish(inside)
  inside.finished, inside.ended = true, inside.ended or host.now()
end

local function new_scope(arguments, modal)
  if type(arguments) ~= "table" then rule("LrProgressScope takes a table") end
  if arguments.title ~= nil and type(arguments.title) ~= "string" then rule("the title of a progress scope is a text") end
  local inside = {
    title = arguments.title or "", caption = arguments.caption or "", portion = 0, modal = modal,
    canceled = false, finished = false, cancelable = not arguments.cannotCancel, parent = arguments.parent,
    alive = function() return true end,
  }
  if arguments.parent ~= nil and K.kinds[arguments.parent] ~= CLASS then rule("the parent of a progress scope is no scope") end
  local scope = K.new_object(CLASS, inside)
  inside.number = K.ids[scope]
  if arguments.functionContext ~= nil then F["LrProgressScope.attachToFunctionContext"](scope, arguments.functionContext) end
  K.scopes[#K.scopes + 1] = inside
  return scope
end

F["LrProgressScope.attachToFunctionContext"] = function(scope, context)
  local inside = K.payload[scope]
  local of_context = K.live_context(context, CLASS)
  inside.alive = function() return of_context.alive end
  of_context.closers[#of_context.closers + 1] = function() finish(inside) end
end

K.constructors[CLASS] = function(arguments) return new_scope(arguments, false) end
F["LrDialogs.showModalProgressDialog"] = function(arguments)
  if type(arguments) ~= "table" or not arguments.functionContext then
    rule("LrDialogs.showModalProgressDialog needs a functionContext")
  end
  return new_scope(arguments, true)
end

F["LrProgressScope.setPortionComplete"] = function(scope, done, total)
  local inside = use(scope, "setPortionComplete")
  total = total == nil and 1 or total
  if type(done) ~= "number" or type(total) ~= "number" then rule(CLASS .. ":setPortionComplete takes numbers") end
  if total > 0 then inside.portion = math.max(0, math.min(1, done / total)) end
end
F["LrProgressScope.getPortionComplete"] = function(scope) return use(scope, "getPortionComplete").portion end
F["LrProgressScope.setCaption"] = function(scope, caption)
  if type(caption) ~= "string" then rule(CLASS .. ":setCaption takes a text, not a " .. type(caption)) end
  use(scope, "setCaption").caption = caption
end
local function canceled(inside)
  return inside.canceled or (inside.parent ~= nil and canceled(K.payload[inside.parent]))
end
--- Whether the bar of that number is cancelled: Python knows bars by their numbers.
function K.scope_canceled(number)
  for _, inside in ipairs(K.scopes) do
    if inside.number == number then return canceled(inside) end
  end
end
F["LrProgressScope.isCanceled"] = function(scope)
  local inside = use(scope, "isCanceled")
  local in_gate = K.gate and K.gate.owner == K.current
  if host.cancel_in_gate or not in_gate then inside.seen = canceled(inside) end
  return inside.seen or false
end
F["LrProgressScope.cancel"] = function(scope) use(scope, "cancel").canceled = true end
F["LrProgressScope.done"] = function(scope) finish(use(scope, "done")) end
F["LrProgressScope.isDone"] = function(scope) return K.payload[scope].finished end
F["LrProgressScope.setCancelable"] = function(scope, cancelable) use(scope, "setCancelable").cancelable = cancelable and true end
F["LrProgressScope.isCancelable"] = function(scope) return use(scope, "isCancelable").cancelable end
F["LrProgressScope.setIndeterminate"] = function(scope) use(scope, "setIndeterminate").indeterminate = true end
F["LrProgressScope.isIndeterminate"] = function(scope) return use(scope, "isIndeterminate").indeterminate or false end
F["LrProgressScope.getParentScope"] = function(scope) return use(scope, "getParentScope").parent end

--- The user clicks the X of every bar that has one.
function K.cancel_scopes()
  local clicked = 0
  for _, inside in ipairs(K.scopes) do
    if inside.cancelable and not inside.finished and not inside.canceled then
      inside.canceled = true
      clicked = clicked + 1
    end
  end
  return clicked
end

--- The first bar that will stay on the screen for ever: neither cancelled, nor done, nor of a context that ends.
function K.forgotten_scope()
  for _, inside in ipairs(K.scopes) do
    if not inside.finished and not inside.canceled and not inside.parent then return inside.title end
  end
end

--- Bars of contexts that ended are gone; those that live on without a context must be closed by hand.
function K.describe_scopes()
  local described = {}
  for i, inside in ipairs(K.scopes) do
    described[i] = {
      title = inside.title, caption = inside.caption, portion = inside.portion, modal = inside.modal,
      canceled = inside.canceled, finished = inside.finished, ended = inside.ended,
    }
  end
  return described
end

K.constructors.LrExportSession = function(arguments) return K.results(host.open_export(arguments)) end
