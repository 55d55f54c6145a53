# shellcheck shell=bash
# The MNIST database itself; skipped where it is not.

need_mnist() {
    [ -n "${MNIST_DIR:-}" ] || skip "MNIST_DIR is not set"
    [ -e "$MNIST_DIR/train-images-idx3-ubyte.gz" ] ||
        skip "no train-images-idx3-ubyte.gz in $MNIST_DIR"
}

# Counts, mean and standard deviation are facts about MNIST that are printed
# wherever it is described.
test_stats_are_those_of_mnist() {
    need_mnist
    run data stats "$ROOT/configs/mnist.yaml" --json
    expect_status 0
    tr -d ' \n' <stdout >compact
    expect_line compact '"samples":60000'
    expect_line compact '"0":5923,"1":6742,"2":5958,"3":6131,"4":5842,"5":5421,"6":5918,"7":6265,"8":5851,"9":5949'
    expect_line compact '"mean":\[?33\.318'
    expect_line compact '"std":\[?78\.567'
}

test_one_epoch_on_some_of_it_learns() {
    need_mnist
    run fit "$ROOT/configs/mnist-fast.yaml" -o m.safetensors --epochs 1 \
        -s data.train.limit=6000
    expect_status 0
    run evaluate m.safetensors "$ROOT/configs/mnist-fast.yaml" \
        --fail-under accuracy=0.9
    expect_status 0
    run predict m.safetensors "$MNIST_DIR/t10k-images-idx3-ubyte.gz"
    expect_status 0
    expect_line_count stdout 10000
}
