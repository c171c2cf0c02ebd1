"""A thin writer of ONNX graphs: nodes with the name of their place, outputs named after the node."""
from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    def __init__(self):
        self.nodes, self.initializers, self.inputs, self.outputs = [], {}, [], []

    def weight(self, name: str, value) -> str:
        """Float initializer; matrices as [in, out]."""
        self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(np.asarray(value, np.float32)), name)
        return name

    def constant(self, values, dtype=np.int64) -> str:
        array = np.asarray(values, dtype)
        name = f"/model/constants/{array.dtype.name.upper()}/{array.tolist()}"
        self.initializers.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def input(self, name: str, dtype: int, dims: list) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, dtype, dims))
        return name

    def output(self, name: str, dtype: int, dims: list) -> str:
        self.outputs.append(helper.make_tensor_value_info(name, dtype, dims))
        return name

    def add(self, op: str, name: str, inputs: list[str], outputs: list[str] | None = None, domain: str = "", **attributes) -> str:
        """-> name of the first output, by default {name}/output_0."""
        outputs = outputs or [f"{name}/output_0"]
        self.nodes.append(helper.make_node(op, inputs, outputs, name=name, domain=domain, **attributes))
        return outputs[0]

    def model(self, producer: str) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "main_graph", self.inputs, self.outputs, list(self.initializers.values()))
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, producer_name=producer, ir_version=10)
