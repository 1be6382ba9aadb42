--- The plug-in's log file, `Couloir.log` in Lightroom's folder of logs.
local sdk = require "Sdk"

local Log = { NAME = "Couloir" }

local logger = sdk.Logger(Log.NAME)
logger:enable("logfile")

--- Something a reader of the log wants to know: the start of each action, each request that failed.
function Log.info(text) logger:info(text) end

--- Something that went wrong.
function Log.trouble(text) logger:warn(text) end

--- Where the log is: the folder that Lightroom 14 and later write to.
-- @treturn string the file's path; it need not exist
function Log.path()
  local path = sdk.PathUtils
  local folder = path.getStandardFilePath("home")
  local steps = sdk.windows and { "AppData", "Local", "Adobe", "Lightroom", "Logs", "LrClassicLogs" }
    or { "Library", "Logs", "Adobe", "Lightroom", "LrClassicLogs" }
  for _, step in ipairs(steps) do folder = path.child(folder, step) end
  return path.child(folder, Log.NAME .. ".log")
end

return Log
