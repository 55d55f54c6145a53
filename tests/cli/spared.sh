# shellcheck shell=bash
# A file that a source names or holds is read by the run, and so never written.

grey() { # FILE VALUE
    mkdir -p "$(dirname "$1")"
    { printf 'P5 1 1 255\n' && printf "\\$(printf %o "$2")"; } >"$1"
}

# expect_spared FILE REGEX - the run before has left it alone and said why.
expect_spared() {
    expect_status 64
    expect_line stderr "$2"
    expect_same "$1" before
}

# Two images in a folder, elsewhere one that a link names; a list of three.
need_sources() {
    grey ph/a/1.pgm 10
    grey ph/b/1.pgm 20
    grey other/2.pgm 30
    ln -s ../../other/2.pgm ph/b/2.pgm
    printf 'ph/a/1.pgm,a\nother/2.pgm,b\n"ph/b/1.pgm",b\n' >list.csv
    for source in folder:ph list:list.csv; do
        cat >"${source%:*}.yaml" <<END
data:
  train: {${source/:/: }}
  split: {eval_size: 0}
layers:
  - input: {shape: [1, 1, 1]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    done
}

test_files_of_a_folder_and_of_a_list_are_spared() {
    need_sources
    run fit folder.yaml -q -o m.st
    expect_status 0
    cp other/2.pgm before
    for kind in folder list; do
        for path in other/2.pgm ph/b/2.pgm; do
            run fit $kind.yaml -o $path --force
            expect_spared other/2.pgm "is read through $kind.yaml, it cannot be written too"
            run evaluate m.st $kind.yaml --split train --predictions $path --force
            expect_spared other/2.pgm 'it cannot be written too'
            run checkpoint save $kind.yaml -o $path --force
            expect_spared other/2.pgm 'it cannot be written too'
        done
        run fit $kind.yaml -o n.st --metrics other/2.pgm --force
        expect_spared other/2.pgm 'it cannot be written too'
    done
    for source in '{folder: ph}' '{list: list.csv}'; do
        run evaluate m.st --source "$source" --predictions other/2.pgm --force
        expect_spared other/2.pgm 'it cannot be written too'
    done
    run evaluate m.st --folder ph --predictions other/2.pgm --force
    expect_spared other/2.pgm 'is read through ph, it cannot be written too'
    cp ph/b/1.pgm before
    run fit list.yaml -o ph/b/1.pgm --force
    expect_spared ph/b/1.pgm 'it cannot be written too'
    run fit folder.yaml -o new.st --force
    expect_status 0
    run fit list.yaml -o new.st --force
    expect_status 0
}
