--- The plug-in's log file, `Couloir.log` in Lightroom's folder of logs.
local sdk = require "Sdk"

local Log = { NAME = "Couloir" }

local logger = sdk.Logger(Log.NAME)
logger:enable("logfile")

--- Marks text that may hold names from the library or the catalog, so that the diagnostic report leaves it out.
-- Pure.
-- @tparam string text
-- @treturn string on one line
function Log.named(text)
  local plain = tostring(text):gsub("[%c]", " "):gsub("\194\171", "<"):gsub("\194\187", ">")
  return "\194\171" .. plain .. "\194\187"
end

--- Logs an event: the start of an action, a failed request.
function Log.info(text) logger:info(text) end

--- Logs an error.
function Log.trouble(text) logger:warn(text) end

local function log_in(folder, ...)
  for _, step in ipairs { ... } do folder = sdk.PathUtils.child(folder, step) end
  return sdk.PathUtils.child(sdk.PathUtils.child(folder, "LrClassicLogs"), Log.NAME .. ".log")
end

--- Where the log is: Lightroom 14 and later write to a folder of the system's, earlier ones to the user's documents.
-- @treturn string the file's path; it need not exist
function Log.path()
  local home = sdk.PathUtils.getStandardFilePath("home")
  local now = sdk.windows and log_in(home, "AppData", "Local", "Adobe", "Lightroom", "Logs")
    or log_in(home, "Library", "Logs", "Adobe", "Lightroom")
  local before = log_in(sdk.PathUtils.getStandardFilePath("documents"))
  local usual, other = now, before
  if sdk.Application.versionTable().major < 14 then usual, other = before, now end
  -- If neither exists yet, it will be in the usual place.
  if sdk.FileUtils.exists(usual) or not sdk.FileUtils.exists(other) then return usual end
  return other
end

return Log
