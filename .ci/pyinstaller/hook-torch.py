"""What PyInstaller takes of torch: the modules that `import torch` and ToneNet reach, and its libraries.

The hook that comes with PyInstaller collects every module there is, compiler, tests and exporters too, with its source.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs, get_package_paths

# While it is imported, torch reads the source of the modules that configure it or overload functions for TorchScript.
READS_ITS_SOURCE = re.compile(
    r"^\s*(install_config_module\(|@(torch\.)?(jit\.|_jit_internal\.)?_overload(_method)?\b)|^\w+ = boolean_dispatch\(",
    re.MULTILINE,
)


def modules_that_read_their_source() -> Iterator[str]:
    """Yield the names of those modules."""
    package, folder = map(Path, get_package_paths("torch"))
    for path in folder.rglob("[!_]*.py"):  # a package's __init__ would stand for all that is below it
        if READS_ITS_SOURCE.search(path.read_text(encoding="utf-8")):
            yield ".".join(path.relative_to(package).with_suffix("").parts)
    yield "torch.fx.experimental._config"


def tests_of_torch() -> Iterator[str]:
    """Yield the modules of torch's own tests, less the two that `import torch` needs."""
    folder = Path(get_package_paths("torch")[1]) / "testing" / "_internal"
    for path in folder.iterdir():
        if path.stem not in ("__init__", "common_dtype", "logging_tensor") and (path.is_dir() or path.suffix == ".py"):
            yield f"torch.testing._internal.{path.stem}"


binaries = collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
datas = [(source, target) for source, target in collect_dynamic_libs("torch", search_patterns=["torch_shm_manager*"])]
module_collection_mode = dict.fromkeys(modules_that_read_their_source(), "pyz+py")
excludedimports = [
    *tests_of_torch(),
    "torch._dynamo",
    "torch._inductor",
    "torch.onnx",
    "torch.utils.benchmark",
    "torch.utils.bottleneck",
    "torch.utils.cpp_extension",
    "torch.utils.tensorboard",
]
# Symbolic links to its libraries beside the program would lead torch astray when it looks where its own files are.
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
