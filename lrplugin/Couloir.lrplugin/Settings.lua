--- Settings: the state of the service, starting it, the path of its program, versions.
local sdk = require "Sdk"
local Action = require "Action"
local Daemon = require "Daemon"
local Json = require "Json"
local Log = require "Log"
local Places = require "Places"
local Plural = require "Plural"
local Version = require "Version"

local Settings = {}

-- What the service can do here; an older one does not say all of it.
local function abilities(health)
  local lines = {}
  local model = Json.known(health.model and health.model.name)
  lines[1] = model and LOC("$$$/Couloir/Settings/Model=Learned model: ^1", model)
    or LOC "$$$/Couloir/Settings/NoModel=No learned model: looks are translated by formulas alone."
  if health.reads_raw ~= nil then
    lines[#lines + 1] = health.reads_raw and LOC "$$$/Couloir/Settings/Raw=RAW photos can be measured."
      or LOC "$$$/Couloir/Settings/NoRaw=RAW photos cannot be measured: couloir doctor says what to install."
  end
  local profiles = Json.known(health.profiles)
  if profiles then
    lines[#lines + 1] = LOC(
      "$$$/Couloir/Settings/Profiles=Learnt camera profiles: ^1, of which installed in Lightroom: ^2",
      Plural.number(profiles.learnt), Plural.number(profiles.installed)
    )
  end
  if health.background ~= nil then
    lines[#lines + 1] = health.background and LOC "$$$/Couloir/Settings/Background=The service starts when you log in."
      or LOC "$$$/Couloir/Settings/OnDemand=The service starts when it is needed; couloir service install has it start when you log in."
  end
  return lines
end

local function running(client, hello)
  local lines = {
    LOC("$$$/Couloir/Settings/Running=Couloir's service ^1 is running at ^2.", hello.daemon, client:address()),
  }
  local health, problem = client:get("/v1/health", { has = "troubles" })
  if not health then
    lines[#lines + 1] = problem.message .. " " .. problem.advice
    return lines
  end
  for _, line in ipairs(abilities(health)) do lines[#lines + 1] = line end
  for _, trouble in ipairs(health.troubles) do lines[#lines + 1] = trouble.message .. " " .. trouble.advice end
  return lines
end

local function status()
  local client, answer = Daemon.meet()
  if client then return running(client, answer), true end
  if answer.code == "daemon.absent" then return { answer.message }, false end
  return { answer.message .. " " .. answer.advice }, not Daemon.is_absent(answer)
end

local function choose_program(properties)
  -- A button's action does not run in a task.
  sdk.Tasks.startAsyncTask(function()
    local chosen = sdk.Dialogs.runOpenPanel {
      title = LOC "$$$/Couloir/Settings/ChooseProgram=Where is the program couloir?",
      prompt = LOC "$$$/Couloir/Library/Choose/Button=Choose",
      canChooseFiles = true, canChooseDirectories = false, allowsMultipleSelection = false,
      initialDirectory = Places.likely_folder(),
    }
    if chosen then properties.program = chosen[1] end
  end, "Couloir program")
end

local function reveal_log()
  sdk.Tasks.startAsyncTask(function()
    local log = Log.path()
    if sdk.FileUtils.exists(log) then
      sdk.Shell.revealInShell(log)
    else
      sdk.Dialogs.message(LOC "$$$/Couloir/Settings/NoLog=There is no log yet.", log, "info")
    end
  end, "Couloir log")
end

local function contents(f, properties, lines)
  local column = { bind_to_object = properties, spacing = f:control_spacing() }
  for _, text in ipairs(lines) do
    column[#column + 1] = f:static_text { title = text, width_in_chars = 70, height_in_lines = -1 }
  end
  column[#column + 1] = f:separator { fill_horizontal = 1 }
  column[#column + 1] = f:row {
    f:static_text { title = LOC "$$$/Couloir/Settings/Program=Program:" },
    f:edit_field {
      value = sdk.View.bind "program", width_in_chars = 44,
      placeholder_string = Places.program() or LOC "$$$/Couloir/Settings/NotFound=not found in the usual places",
    },
    f:push_button { title = LOC "$$$/Couloir/Settings/Choose=Choose...", action = function() choose_program(properties) end },
  }
  column[#column + 1] = f:row {
    f:static_text {
      title = LOC("$$$/Couloir/Settings/Version=Plug-in ^1, interface ^2", Version.version, Version.api),
    },
    f:push_button { title = LOC "$$$/Couloir/Settings/Log=Show log", action = reveal_log },
  }
  return f:column(column)
end

local function present(lines, is_running)
  return sdk.FunctionContext.callWithContext("Couloir settings", function(context)
    local properties, prefs = sdk.Binding.makePropertyTable(context), sdk.prefs()
    properties.program = prefs.program or ""
    local result = sdk.Dialogs.presentModalDialog {
      title = LOC "$$$/Couloir/Settings/Title=Couloir: settings and service",
      contents = contents(sdk.View.osFactory(), properties, lines),
      actionVerb = LOC "$$$/Couloir/Button/Save=Save",
      otherVerb = not is_running and LOC "$$$/Couloir/Settings/Start=Start the service" or nil,
    }
    if result == "cancel" then return result end
    prefs.program = properties.program ~= "" and properties.program or nil
    return result
  end)
end

--- The menu item. After the service is started, the dialog is shown again with its state.
function Settings.run()
  repeat
    local result = present(status())
    if result == "other" then
      local client, problem = Daemon.start()
      if not client then Action.show(problem) end
    end
  until result ~= "other"
  return true
end

return Settings
