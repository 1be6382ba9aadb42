"""Makes models: the network, the file that it becomes, and its registration.

The only room that needs the `onnx` package, which is no part of an ordinary installation.
"""
