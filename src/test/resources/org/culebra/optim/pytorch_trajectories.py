"""Records a thousand steps of the optimizers that PyTorch has in Python only, on the net of SigmoidNet, in f64.

    python3 pytorch_trajectories.py PYTORCH_TRAJECTORIES OUT

PYTORCH_TRAJECTORIES is the file of TorchTrajectories: the net is the same if Adam's trajectory in there comes out of this one
too. That is required before anything is written, and of each trajectory, that it hardly changes with its first weight: another's
steps could not be compared with it to the last digits otherwise.
"""

import json
import math
import struct
import sys

import torch

STEPS = 1000
EVERY = 100
POINTS, INPUTS, HIDDEN = 8, 2, 4
SHAPES = [(HIDDEN, INPUTS), (HIDDEN,), (1, HIDDEN), (1,)]
SAME = 1e-12
NUDGE = 1e-12
STABLE = 1e-9

OPTIMIZERS = {
    "adamax": lambda w: torch.optim.Adamax(w),
    "adamax_weight_decay": lambda w: torch.optim.Adamax(w, lr=1e-3, betas=(0.8, 0.99), weight_decay=0.01),
    # Without foreach, PyTorch 1.13 has one factor too many in the product of the momenta.
    "nadam": lambda w: torch.optim.NAdam(w, foreach=True),
    "nadam_weight_decay": lambda w: torch.optim.NAdam(
        w, lr=1e-3, betas=(0.8, 0.99), weight_decay=0.001, momentum_decay=0.01, foreach=True
    ),
    "radam": lambda w: torch.optim.RAdam(w),
    "radam_weight_decay": lambda w: torch.optim.RAdam(w, lr=3e-3, betas=(0.8, 0.99), weight_decay=0.001),
    "adadelta": lambda w: torch.optim.Adadelta(w),
    "adadelta_weight_decay": lambda w: torch.optim.Adadelta(w, lr=0.5, rho=0.95, eps=1e-5, weight_decay=0.001),
}


def sines(count, frequency, amplitude):
    return torch.tensor([amplitude * math.sin(frequency * (i + 1)) for i in range(count)])


def first_weights():
    flat = sines(sum(math.prod(shape) for shape in SHAPES), 0.7, 1)
    parts = flat.split([math.prod(shape) for shape in SHAPES])
    return [part.clone().reshape(shape).requires_grad_() for part, shape in zip(parts, SHAPES)]


def trajectory(make, nudge=0.0):
    """The loss before every step, and all weights after every hundredth; the first weight nudged."""
    x = sines(POINTS * INPUTS, 1.3, 2).reshape(POINTS, INPUTS)
    y = (sines(POINTS, 2.1, 0.45) + 0.5).reshape(POINTS, 1)
    w1, b1, w2, b2 = parameters = first_weights()
    w1.data[0, 0] += nudge
    optimizer = make(parameters)
    losses, weights = [], []
    for t in range(STEPS):
        optimizer.zero_grad()
        hidden = torch.sigmoid(x @ w1.t() + b1)
        loss = (torch.sigmoid(hidden @ w2.t() + b2) - y).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (t + 1) % EVERY == 0:
            weights.append(torch.cat([p.detach().flatten() for p in parameters]).tolist())
    return losses, weights


def read(path, name):
    """The numbers of one f64 tensor of a safetensors file."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        begin, end = json.loads(file.read(length))[name]["data_offsets"]
        file.seek(8 + length + begin)
        return struct.unpack(f"<{(end - begin) // 8}d", file.read(end - begin))


def write(path, tensors):
    """A safetensors file of f64 tensors, given as name: (shape, numbers)."""
    header = {"__metadata__": {"made_by": "pytorch_trajectories.py", "torch": torch.__version__}}
    data = b""
    for name, (shape, numbers) in tensors.items():
        raw = struct.pack(f"<{len(numbers)}d", *numbers)
        header[name] = {"dtype": "F64", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def require_close(one, other, limit, what):
    assert len(one) == len(other)
    difference = max(abs(a - b) for a, b in zip(one, other))
    print(f"{what}: differs by {difference:.1e}")
    if not difference <= limit:
        sys.exit(f"{what}: more than {limit}")


def require_same_net(path):
    losses, weights = trajectory(lambda w: torch.optim.Adam(w))
    recorded = read(path, "adam.loss") + read(path, "adam.weights")
    require_close(losses + sum(weights, []), list(recorded), SAME, "adam, recorded before")


def require_stable(name, make, losses, weights):
    others, other_weights = trajectory(make, NUDGE)
    require_close(losses + sum(weights, []), others + sum(other_weights, []), STABLE, f"{name}, first weight nudged")


def main(known, out):
    torch.set_num_threads(1)
    # The optimizers count, and NAdam multiplies its momenta, in the default type: f32 there would be seen at 1e-6.
    torch.set_default_dtype(torch.float64)
    require_same_net(known)
    tensors = {}
    for name, make in OPTIMIZERS.items():
        losses, weights = trajectory(make)
        require_stable(name, make, losses, weights)
        tensors[f"{name}.loss"] = ([STEPS], losses)
        tensors[f"{name}.weights"] = ([len(weights), len(weights[0])], sum(weights, []))
        print(f"{name}: loss from {losses[0]} to {losses[-1]}")
    write(out, tensors)


if __name__ == "__main__":
    main(*sys.argv[1:])
