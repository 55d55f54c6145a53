# shellcheck shell=bash
# Every example of README.md and of the man pages, run as it stands.

# The outputs in README.md are those of the program.
test_the_readme_shows_what_the_program_prints() {
    "$ROOT/scripts/make-readme" --check "$CNNCTL" ||
        fail "README.md is out of date"
}

# Its configurations are sound.
test_the_configurations_of_the_readme() {
    awk '/^```yaml/ { file = ++n ".yaml"; next } /^```$/ { file = "" }
        file { print >file }' "$ROOT/README.md"
    [ -f 2.yaml ] || fail "no configurations found"
    for file in *.yaml; do
        run config check "$file"
        expect_status 0
        run info "$file"
        expect_status 0
        expect_no_stderr
    done
}

# A folder with the files that the examples of man pages name.
lay_out_files() {
    need_model
    need_digits
    mkdir configs bin
    ln -s "$CNNCTL" bin/cnnctl
    PATH=$PWD/bin:$PATH
    cp "$config" mnist.yaml
    cp "$config" m.yaml
    cp "$config" b.yaml
    cp "$config" configs/c.yaml
    cp "$model" m.safetensors
    cp "$model" a.safetensors
    write_foreign torch.safetensors
    cp "$rows" x.csv
    cp "$digits" labelled.csv
    gzip -c x.csv >x.csv.gz
    gzip -c "$digits" >train.csv.gz
    cp train.csv.gz test.csv.gz
    gzip -c "$images" >i.idx.gz
    gzip -c "$labels" >l.idx.gz
    cp i.idx.gz t10k-images-idx3-ubyte.gz
    "$CNNCTL" data convert "$config" -o pictures/
    mkdir holidays
    cp pictures/1/000001.png photo.png
    cp pictures/2/000001.png holidays/1.jpg
    "$CNNCTL" export "$model" -o net.onnx
    cp net.onnx resnet.onnx
}

# A safetensors file of another program: the filters of one convolution.
write_foreign() { # FILE
    local header='{"features.0.weight":{"dtype":"F32","shape":[4,1,5,5],'
    header+='"data_offsets":[0,400]}}'
    write_octal "$1" "$(printf %o ${#header})" 0 0 0 0 0 0 0
    printf %s "$header" >>"$1"
    head -c 400 /dev/zero >>"$1"
}

# Commands between .Sh EXAMPLES and .Ed, a continued line as one; words behind
# three blanks are remarks.
examples_of() { # PAGE
    sed -n '/^\.Sh EXAMPLES$/,/^\.Ed$/p' "$1" | grep '^  ' |
        sed -e 's/\\-/-/g' -e 's/\\e/\\/g' |
        sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' |
        sed -E 's/^ +//; s/ {3,}[^-].*$//'
}

# Each runs in a copy of the folder, so that none depends on another.  The
# statuses that an example may end with beside 0: a comparison may say no.
test_every_example_of_the_man_pages_runs() {
    lay_out_files
    cp "$model" mnist.safetensors
    cp "$model" b.safetensors
    count=0
    for page in "$ROOT"/man/*.1; do
        while IFS= read -r example; do
            run_example "$(basename "$page")" "$example"
            count=$((count + 1))
        done < <(examples_of "$page")
    done
    [ "$count" -ge 30 ] || fail "only $count examples found"
}

run_example() { # PAGE COMMAND
    local status=0 command=$2
    rm -rf ../copy
    cp -r . ../copy
    case $command in
    *" convert "*--csv*) cp labelled.csv ../copy/x.csv ;;
    'tail -f '*) command=${command/tail -f/cat} ;;
    *'| jq '*) command=${command%%|*} ;;
    esac
    case $command in
    *' -o '*) rm -f "../copy/$(sed -E 's/.* -o ([^ ]*).*/\1/' <<<"$command")" ;;
    *' fit '* | 'cnnctl fit '*) rm -f ../copy/mnist.safetensors ;;
    *' convert '*) rm -f ../copy/i.idx ../copy/l.idx ;;
    esac
    (cd ../copy && bash -o pipefail -c "$command") >stdout 2>stderr </dev/null ||
        status=$?
    case $status:$command in
    0:* | 1:*' diff '* | 1:*--fail-under* | 1:*--strict*) ;;
    *) fail "$1: status $status from: $command" "$(head -c 2000 stderr)" ;;
    esac
    rm -rf ../copy
}

# One layer of each type, as cnnctl-config(5) shows it, in a small network of as
# many channels as examples take together.  A type that needs more than one input
# is let off.
test_every_example_of_a_layer_binds() {
    grep -A 1 '^Example:$' "$ROOT/man/cnnctl-config.5" |
        sed -n 's/^\.Dl \\- //p' >layers
    [ "$(wc -l <layers)" -ge 5 ] || fail "too few examples"
    while IFS= read -r layer; do
        [[ $layer != input* ]] || continue
        {
            echo 'layers:'
            echo '  - input: {shape: [16, 28, 28]}'
            echo "  - $layer"
        } >one.yaml
        if ! "$CNNCTL" config check one.yaml 2>stderr &&
            ! grep -q incoming stderr; then
            fail "$layer" "$(cat stderr)"
        fi
    done <layers
}
