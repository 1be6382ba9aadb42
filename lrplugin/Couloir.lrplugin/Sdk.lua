--- Lightroom's own modules. The only file that calls `import`: all others take modules from here.
local sdk = {
  Application = import "LrApplication",
  ApplicationView = import "LrApplicationView",
  Binding = import "LrBinding",
  Date = import "LrDate",
  Dialogs = import "LrDialogs",
  Errors = import "LrErrors",
  ExportSession = import "LrExportSession",
  FileUtils = import "LrFileUtils",
  FunctionContext = import "LrFunctionContext",
  Http = import "LrHttp",
  Localization = import "LrLocalization",
  Logger = import "LrLogger",
  MD5 = import "LrMD5",
  PathUtils = import "LrPathUtils",
  Prefs = import "LrPrefs",
  ProgressScope = import "LrProgressScope",
  Selection = import "LrSelection",
  Shell = import "LrShell",
  StringUtils = import "LrStringUtils",
  SystemInfo = import "LrSystemInfo",
  Tasks = import "LrTasks",
  View = import "LrView",
}

--- The plug-in itself, as SDK functions take it.
sdk.plugin = _PLUGIN

--- True on Windows.
sdk.windows = WIN_ENV and true or false

--- The catalog. Lightroom restarts to open another, so it stays the same.
function sdk.catalog() return sdk.Application.activeCatalog() end

--- The plug-in's stored preferences.
function sdk.prefs() return sdk.Prefs.prefsForPlugin() end

return sdk
