"""Times PyTorch's kernels for weights [n, k] and x [m, k]: cuBLAS float16, cuSPARSELt 2:4 float16, tinygemm int4.

Arguments: a JSON object {peer, products: [[n, k, m], ...], rotationBytes, sampleUs, samples}, and the file that
answers are appended to, one JSON object a line and product, in their order: {n, k, m, us: [...], note} or
{n, k, m, failed}, or once {missing} where the peer cannot run at all. CUDA graphs over rotated copies of the weights,
as the benchmark times all others.
"""

import json
import math
import sys


def say(**line):
    with open(sys.argv[2], "a", encoding="utf-8") as answers:
        answers.write(json.dumps(line) + "\n")


def relative_error(y, reference):
    return ((y.double() - reference).norm() / reference.norm()).item()


def cublas(torch, n, k, m):
    x = torch.randn(m, k, device="cuda", dtype=torch.float16)
    y = torch.empty(m, n, device="cuda", dtype=torch.float16)

    def make(seed):
        w = torch.randn(n, k, device="cuda", dtype=torch.float16) * 0.02
        return lambda: torch.mm(x, w.t(), out=y), lambda: x.double() @ w.double().t()

    return make, lambda: y, 2 * n * k, None


def cusparselt(torch, n, k, m):
    from torch.sparse import SparseSemiStructuredTensor, to_sparse_semi_structured

    SparseSemiStructuredTensor._FORCE_CUTLASS = False
    rows = max(8, math.ceil(m / 8) * 8)
    x = torch.randn(rows, k, device="cuda", dtype=torch.float16)
    result = [None]
    pattern = torch.tensor([0, 1, 0, 1], device="cuda", dtype=torch.float16).tile((n, k // 4))

    def make(seed):
        w = torch.randn(n, k, device="cuda", dtype=torch.float16) * 0.02 * pattern
        sparse = to_sparse_semi_structured(w)
        dense = w if seed == 0 else None

        def run():
            result[0] = torch.nn.functional.linear(x, sparse)

        return run, lambda: x.double() @ dense.double().t()

    return make, lambda: result[0], int(n * k * 1.125), f"m padded to {rows}"


def tinygemm(torch, n, k, m):
    group = 32
    x = torch.randn(m, k, device="cuda", dtype=torch.bfloat16)
    result = [None]

    def make(seed):
        q = torch.randint(0, 16, (n, k), device="cuda", dtype=torch.int32)
        packed = (q[:, ::2] << 4 | q[:, 1::2]).to(torch.uint8)
        weight = torch.ops.aten._convert_weight_to_int4pack(packed, 8)
        scale = (torch.rand(k // group, n, device="cuda") * 0.01 + 0.005).to(torch.bfloat16)
        zero = (torch.randn(k // group, n, device="cuda") * 0.01).to(torch.bfloat16)
        scales_and_zeros = torch.stack([scale, zero], dim=2).contiguous()

        def run():
            result[0] = torch.ops.aten._weight_int4pack_mm(x, weight, group, scales_and_zeros)

        def reference():
            s = scale.double().t().repeat_interleave(group, dim=1)
            z = zero.double().t().repeat_interleave(group, dim=1)
            return x.double() @ ((q.double() - 8) * s + z).t()

        return run, reference if seed == 0 else None

    return make, lambda: result[0], int(n * k * (0.5 + 4 / group)), "bfloat16 x, groups of 32"


def time_problem(torch, peer, n, k, m, request):
    make, output, weight_bytes, note = peer(torch, n, k, m)
    copies = max(1, math.ceil(request["rotationBytes"] / weight_bytes))
    runs = []
    for seed in range(copies):
        run, reference = make(seed)
        if seed == 0:
            run()
            error = relative_error(output()[:m], reference()[:m])
            if not error < 0.02:
                say(n=n, k=k, m=m, failed=f"its result differs from the product of its own weights by {error:.3g}")
                return
        runs.append(run)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for run in runs[:2]:
            run()
    torch.cuda.synchronize()

    def graph_of(rounds):
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=stream):
            for _ in range(rounds):
                for run in runs:
                    run()
        return graph

    def microseconds(graph):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1000

    once = graph_of(1)
    microseconds(once)
    rounds = max(1, math.ceil(request["sampleUs"] / microseconds(once)))
    graph = graph_of(rounds)
    microseconds(graph)
    us = [microseconds(graph) / (rounds * copies) for _ in range(request["samples"])]
    say(n=n, k=k, m=m, us=us, relativeError=error, note=note)


def main():
    request = json.loads(sys.argv[1])
    try:
        import torch
    except ImportError as error:
        say(missing=f"PyTorch: {error}")
        return
    if not torch.cuda.is_available():
        say(missing="PyTorch has no CUDA device")
        return
    peer = {"cublas": cublas, "cusparselt": cusparselt, "tinygemm": tinygemm}[request["peer"]]
    for n, k, m in request["products"]:
        try:
            time_problem(torch, peer, n, k, m, request)
        except Exception as error:  # whatever a peer does, the others go on
            what = (str(error).splitlines() or [""])[0]
            say(n=n, k=k, m=m, failed=f"{type(error).__name__}: {what}")
        torch.cuda.empty_cache()


main()
