-- LrBinding, LrObservableTable, LrView and LrPrefs: property tables, their observers, and trees of views.
local K = ...
local host, F, rule = K.host, K.functions, K.rule

-- Property tables ---------------------------------------------------------------------------------------------------

local inside_of = K.payload -- property table -> { values, observers, alive, saved }
local methods = {}

local function notify(properties, inside, key, value)
  for _, observer in ipairs(inside.observers[key] or {}) do
    local ok, message, trace = K.outside_task(observer, properties, key, value)
    if not ok then host.observer_failed("observer of " .. tostring(key), K.text_of(message) .. "\n" .. trace) end
  end
end

local property_table = {
  __index = function(self, key)
    local method = methods[key]
    if method then return method end
    return inside_of[self].values[key]
  end,
  __newindex = function(self, key, value)
    local inside = inside_of[self]
    if methods[key] then rule("a property cannot be called " .. key) end
    local old = inside.values[key]
    inside.values[key] = value
    if inside.saved then host.pref_set(inside.saved, key, value) end
    if old ~= value then notify(self, inside, key, value) end
  end,
  __metatable = "LrObservableTable",
}

local serial = 0
local function new_properties(inside)
  serial = serial + 1
  local properties = setmetatable({}, property_table)
  inside.values, inside.observers = inside.values or {}, {}
  inside_of[properties] = inside
  K.kinds[properties], K.ids[properties] = "LrObservableTable", serial
  return properties
end

methods.addObserver = function(self, key, ...)
  K.enter("LrObservableTable.addObserver")
  local inside = inside_of[self]
  if not inside then rule("addObserver is a method: call it with ':'") end
  if not inside.alive() then error("addObserver: the function context of this property table has already ended", 0) end
  local f = select(select("#", ...), ...)
  if type(f) ~= "function" then rule("addObserver needs a key and a function") end
  local list = inside.observers[key] or {}
  inside.observers[key] = list
  list[#list + 1] = f
end
methods.removeObserver = function(self, key)
  K.enter("LrObservableTable.removeObserver")
  inside_of[self].observers[key] = nil
end
methods.pairs = function(self)
  K.enter("LrObservableTable.pairs")
  return next, inside_of[self].values, nil
end

F["LrBinding.makePropertyTable"] = function(context)
  local context_inside = K.live_context(context, "LrBinding.makePropertyTable")
  local inside = { alive = function() return context_inside.alive end }
  local properties = new_properties(inside)
  context_inside.closers[#context_inside.closers + 1] = function() inside.observers = {} end
  return properties
end

local prefs = {}
F["LrPrefs.prefsForPlugin"] = function(plugin)
  local id = plugin == nil and host.plugin_id or plugin
  if type(id) ~= "string" then rule("LrPrefs.prefsForPlugin takes the id of a plug-in") end
  if not prefs[id] then
    prefs[id] = new_properties({ values = host.prefs(id), saved = id, alive = function() return true end })
  end
  return prefs[id]
end

-- Bindings ----------------------------------------------------------------------------------------------------------

local bindings = setmetatable({}, { __mode = "k" })
local function new_binding(binding)
  local marker = setmetatable({}, { __metatable = "binding" })
  bindings[marker] = binding
  return marker
end

F["LrView.bind"] = function(binding)
  if type(binding) == "string" then return new_binding({ keys = { binding } }) end
  if type(binding) ~= "table" then rule("LrView.bind takes a key or a table") end
  local keys = binding.keys or { binding.key }
  if #keys == 0 then rule("LrView.bind needs a key") end
  for i, key in ipairs(keys) do
    if type(key) == "table" then keys[i] = key.key end
  end
  return new_binding({
    keys = keys, object = binding.bind_to_object or binding.object,
    transform = binding.transform, operation = binding.operation,
  })
end

local function condition(name, holds)
  F["LrBinding." .. name] = function(key, a, b)
    local takes_value = name == "keyEquals" or name == "keyIsNot"
    local object = a
    if takes_value then object = b end
    return new_binding({ keys = { key }, object = object, get = function(value) return holds(value, a) end })
  end
end
condition("keyEquals", function(value, wanted) return value == wanted end)
condition("keyIsNot", function(value, wanted) return value ~= wanted end)
condition("keyIsNil", function(value) return value == nil end)
condition("keyIsNotNil", function(value) return value ~= nil end)
condition("negativeOfKey", function(value) return not value end)

local function combination(name, all)
  F["LrBinding." .. name] = function(...)
    local object, keys = nil, { ... }
    if type(keys[1]) == "table" then
      object = table.remove(keys, 1)
      if K.kinds[object] == nil then object, keys = nil, object end
    end
    if type(keys[1]) == "table" then keys = keys[1] end
    return new_binding({ keys = keys, object = object, get = function(...)
      for i = 1, select("#", ...) do
        if (select(i, ...) and true or false) ~= all then return not all end
      end
      return all
    end })
  end
end
combination("andAllKeys", true)
combination("orAllKeys", false)

local function bound_object(binding, object)
  object = binding.object or object
  if object == nil then rule("a view is bound to '" .. tostring(binding.keys[1]) .. "' but has no bind_to_object") end
  return object
end

local function guarded(what, f, ...)
  local ok, value, trace = K.outside_task(f, ...)
  if ok then return value end
  host.observer_failed(what, K.text_of(value) .. "\n" .. trace)
end

local function bound_value(binding, default)
  local object, values = bound_object(binding, default), {}
  for i, key in ipairs(binding.keys) do values[i] = object[key] end
  local n = #binding.keys
  if binding.get then return binding.get(unpack(values, 1, n)) end
  if binding.operation then
    local named = {}
    for i, key in ipairs(binding.keys) do named[key] = values[i] end
    return guarded("operation of a binding", binding.operation, nil, named, true)
  end
  if binding.transform then return guarded("transform of a binding", binding.transform, values[1], true) end
  return values[1]
end

-- Views -------------------------------------------------------------------------------------------------------------

local nodes = setmetatable({}, { __mode = "k" })
local function new_node(kind, arguments)
  local node = setmetatable({}, { __metatable = "view" })
  nodes[node] = { kind = kind, arguments = arguments }
  return node
end

local KINDS = [[
  catalog_photo checkbox color_well column combo_box edit_field group_box password_field picture popup_menu push_button
  radio_button row scrolled_view separator simple_list slider spacer static_text tab_view tab_view_item view
]]
for kind in KINDS:gmatch("%S+") do
  F["LrView." .. kind] = function(_, arguments)
    if type(arguments) ~= "table" or K.kinds[arguments] then rule("f:" .. kind .. " takes one table") end
    for i, child in ipairs(arguments) do
      if not nodes[child] then rule("child " .. i .. " of f:" .. kind .. " is not a view") end
    end
    if kind == "static_text" or kind == "push_button" then
      local title = arguments.title
      if title ~= nil and type(title) ~= "string" and not bindings[title] then
        rule("the title of f:" .. kind .. " must be a text, not a " .. type(title))
      end
    end
    return new_node(kind, arguments)
  end
end
local factory
F["LrView.osFactory"] = function()
  factory = factory or K.new_object("LrView", {})
  return factory
end
F["LrView.share"] = function(name) return name end
F["LrView.conditionalItem"] = function(shown, view) return shown and view or new_node("nothing", {}) end
for _, name in ipairs({ "control_spacing", "dialog_spacing", "label_spacing" }) do
  F["LrView." .. name] = function() return 8 end
end

--- A view as plain data: kind, values (bindings read), children, and the view itself for `set` and `click`.
function K.describe(node, object)
  local inside = nodes[node]
  if not inside then rule("the contents of a dialog must be a view") end
  object = inside.arguments.bind_to_object or object
  inside.object = object
  local described = { kind = inside.kind, values = {}, children = {}, node = node }
  for key, value in pairs(inside.arguments) do
    if type(key) == "number" then
      described.children[key] = K.describe(value, object)
    elseif bindings[value] then
      described.values[key] = bound_value(bindings[value], object)
    elseif nodes[value] then
      described.children[#described.children + 1] = K.describe(value, object)
    elseif key == "action" then
      described.values.action = true
    elseif type(value) ~= "function" and key ~= "bind_to_object" then
      described.values[key] = value
    end
  end
  return described
end

--- The user changes a control: what it is bound to changes, and observers run.
function K.control_set(node, key, value)
  local inside = nodes[node]
  local marker = inside.arguments[key]
  local binding = bindings[marker]
  if not binding then
    inside.arguments[key] = value
    return
  end
  local object = bound_object(binding, inside.object)
  if binding.transform then value = guarded("transform of a binding", binding.transform, value, false) end
  object[binding.keys[1]] = value
end

--- The user clicks a button: its action runs outside any task.
function K.control_click(node)
  local action = nodes[node].arguments.action
  if type(action) ~= "function" then rule("a button without an action was clicked") end
  local ok, message, trace = K.outside_task(action, node)
  if not ok then host.observer_failed("action of a button", K.text_of(message) .. "\n" .. trace) end
end

--- Property tables do not keep their values where Lua's next finds them; Python reads them here.
function K.property_values(properties) return inside_of[properties].values end

--- Whether two values are the same thing: Python sees a new wrapper each time.
function K.same(a, b) return rawequal(a, b) end

-- Requests for thumbnails: a plug-in must keep the object that it gets, or nothing comes back.
local requests, last = setmetatable({}, { __mode = "v" }), 0
function K.new_request()
  last = last + 1
  requests[last] = setmetatable({}, { __metatable = "thumbnail request" })
  return last, requests[last]
end
function K.request_is_kept(token)
  collectgarbage("collect")
  return requests[token] ~= nil
end

--- Calls a function of the plug-in that is no task: a thumbnail's, a timeout's, a dialog's.
function K.call_back(what, f, ...) return guarded(what, f, ...) end
