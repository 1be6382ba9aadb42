--- Which plug-in this is. Written by scripts/build_plugin.py from the package's version.
return {
  version = "0.1.0",
  --- The version of the service's interface that this plug-in speaks.
  api = 1,
}
