-- Modules and objects of the SDK: strict tables whose members are bound when first touched.
--
-- A photo, keyword or collection is an empty table with a number behind it; the same number is always the same table,
-- so plug-ins may use objects as keys. Python only ever sees (kind, number).
local K = ...
local host = K.host
local enter, pause, rule = K.enter, K.pause, K.rule

local kinds = setmetatable({}, { __mode = "k" }) -- object -> class name
local ids = setmetatable({}, { __mode = "k" }) -- object -> number
local cache = {} -- class -> number -> object
local payload = setmetatable({}, { __mode = "k" }) -- object -> what Lua keeps about it
K.kinds, K.ids, K.payload = kinds, ids, payload

K.functions = {} -- "Module.member" -> function(...) written in Lua; methods get the object first
K.properties = {} -- "Module.member" -> function(object)

local function results(ok, ...)
  if ok == true then return ... end
  if ok == false then error((...), 0) end
  if not K.current then rule("the fake Lightroom was asked to wait outside a task") end
  return results(true, K.wait_for((...))) -- "wait" and a token
end
K.results = results

local function check_gate(member)
  local gate = K.gate
  if gate and gate.owner == K.current then
    if gate.private and not member.private then
      error(member.full .. ": cannot be called within a withPrivateWriteAccessDo block", 0)
    end
  else
    error(member.full .. ": must be called within a withWriteAccessDo block", 0)
  end
end

--- The function a plug-in calls: counts, checks form, arity, gate and task, yields, and hands over.
local function bind(member, owner)
  local full, fewest, most, gate = member.full, member.fewest, member.most, member.gate
  local yields, task, method = member.yields, member.task, member.method
  local forbidden, in_read_gate = member.forbidden_in_gate, member.in_read_gate
  local native = K.functions[full]
  local python = not native and host.implementation(full)
  local class = member.module

  local function call(self, n, ...)
    if n < fewest or (most and n > most) then
      rule(full .. " takes " .. member.arity .. ", not " .. n)
    end
    if not (native or python) then rule(full .. " exists in the SDK, but the fake Lightroom does not know what it does") end
    if gate then
      K.task_only(full)
      check_gate(member)
    end
    if forbidden and K.gate and K.gate.owner == K.current and K.current then
      rule(full .. " was called inside a gate")
    end
    if yields and not (in_read_gate and K.read_gate) then pause(full, task) end
    if native then
      if method then return native(self, ...) end
      return native(...)
    end
    if method then return results(python(ids[self], ...)) end
    return results(python(...))
  end

  if method then
    return function(self, ...)
      enter(full)
      if kinds[self] ~= class then rule(full .. " is a method: call it with ':' on an object of " .. class) end
      return call(self, select("#", ...), ...)
    end
  end
  return function(...)
    enter(full)
    if owner and (...) == owner then rule(full .. " is a function: call it with '.', not ':'") end
    return call(nil, select("#", ...), ...)
  end
end

local function member_of(class, key, owner)
  local member = type(key) == "string" and host.member(class, key)
  if not member then
    rule(class .. " has no member " .. tostring(key))
  end
  if member == "newer" then return nil end -- plug-ins probe newer calls with type(x) == "function"
  if member.property then return nil, K.properties[member.full] or host.property(member.full), member.full end
  return bind(member, owner)
end

local metatables = {}
local function metatable_of(class)
  local mt = metatables[class]
  if mt then return mt end
  local methods, properties = {}, {}
  mt = {
    __index = function(self, key)
      local found = methods[key]
      if found then return found end
      local property = properties[key]
      if not property then
        local full
        found, property, full = member_of(class, key)
        if found then
          methods[key] = found
          return found
        end
        if full and not property then rule(full .. " exists in the SDK, but the fake Lightroom does not know it") end
        if not property then return nil end
        properties[key] = property
      end
      return property(self)
    end,
    __newindex = function(_, key) rule("objects of " .. class .. " cannot be given a member: " .. tostring(key)) end,
    __tostring = function(self) return class .. " (" .. tostring(ids[self]) .. ")" end,
    __metatable = class,
  }
  metatables[class] = mt
  return mt
end

--- The object of that class and number; always the same table.
function K.object(class, id)
  local of_class = cache[class]
  if not of_class then
    of_class = {}
    cache[class] = of_class
  end
  local object = of_class[id]
  if not object then
    object = setmetatable({}, metatable_of(class))
    kinds[object], ids[object] = class, id
    of_class[id] = object
  end
  return object
end

local anonymous = 0
--- An object that Lua alone knows (a context, a logger, an iterator's element), with what it stands for.
function K.new_object(class, content)
  anonymous = anonymous + 1
  local object = setmetatable({}, metatable_of(class))
  kinds[object], ids[object], payload[object] = class, anonymous, content
  return object
end

--- Class and number of an object, nil for any other table: how Python recognises one.
function K.reference(value)
  local class = kinds[value]
  if class then return class, ids[value] end
end

--- A table that the SDK returns: what it lacks of its keys is nil, any other key is an error.
function K.strict(value, name, allowed)
  return setmetatable(value, {
    __index = function(_, key)
      if type(key) == "string" and not allowed[key] then rule("what " .. name .. " returns has no key " .. key) end
    end,
  })
end

K.constructors = {} -- module -> function(...) for modules that are called: LrLogger "x", LrProgressScope {...}
local modules = {}
--- What `import` returns.
function K.import(name)
  enter("import")
  if type(name) ~= "string" then rule("import takes the name of a module, not a " .. type(name)) end
  local module = modules[name]
  if module then return module end
  if not host.importable(name) then
    rule("there is no module to import called " .. name)
  end
  module = {}
  local missing = {}
  modules[name] = setmetatable(module, {
    __index = function(self, key)
      if missing[key] then return nil end
      local found, property, full = member_of(name, key, self)
      if full then return property and property(self) or nil end
      if found then rawset(self, key, found) else missing[key] = true end
      return found
    end,
    __newindex = function(_, key) rule("a module cannot be given a member: " .. name .. "." .. tostring(key)) end,
    __call = function(_, ...)
      enter(name)
      if not K.constructors[name] then rule(name .. " cannot be called") end
      return K.constructors[name](...)
    end,
    __tostring = function() return name end,
    __metatable = name,
  })
  return module
end
