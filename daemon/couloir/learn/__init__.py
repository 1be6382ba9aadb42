"""Training data, training, evaluation, and promotion of models.

This is the only package that needs `onnx`, which is not part of an ordinary installation.
"""
