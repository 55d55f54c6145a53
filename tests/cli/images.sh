# shellcheck shell=bash
# How images become samples: said once, kept in the model, and the same wherever
# images meet it.

# dark/ and light/: five plain images each, of several sizes and kinds.
shots() {
    mkdir -p shots/dark shots/light
    for i in 1 2 3 4 5; do
        plain shots/dark/$i.ppm 6 $((i + 3)) $((5 + i % 3)) 20
        plain shots/light/$i.ppm 6 $((i + 3)) $((5 + i % 3)) 230
    done
    cp "$ROOT/tests/data/images/rgba8.png" shots/dark/a.png
    cp "$ROOT/tests/data/images/jpeg-420.jpg" shots/light/a.jpg
}

plain() { # FILE KIND WIDTH HEIGHT VALUE
    awk -v kind=$2 -v w="$3" -v h="$4" -v v="$5" 'BEGIN {
        printf "P%d %d %d 255\n", kind - 3, w, h
        for (i = 0; i < w * h * (kind == 6 ? 3 : 1); i++)
            print (v + i * 7) % 256}' >"$1"
}

shots_config() { # FILE
    cat >"$1" <<END
data:
  train: {folder: shots}
  resize: [4, 6]
  fit: pad
  background: [255, 128, 0]
  normalize: scale
  split: {eval_size: 0}
layers:
  - input: {shape: [3, 4, 6]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 2, learning_rate: 0.1, batch_size: 4}
END
}

need_shots() {
    shots
    shots_config c.yaml
    run fit c.yaml -q -o m.st
    expect_status 0
    expect_no_stderr
}

test_the_rule_is_kept_in_the_model() {
    need_shots
    run checkpoint show m.st
    expect_line stdout '^images         resize \[4, 6\], fit pad, channels 3, background \[255, 128, 0\]$'
    run checkpoint show m.st --json
    expect_line stdout '^  "image": \{$'
    tr -d '\\' <m.st >header
    grep -qaF '"inputs":"{"image":{"background":[255.0,128.0,0.0],"channels":3,"fit":"pad","resize":[4,6]}}"' \
        header || fail "the header lacks the rule"
    run checkpoint verify m.st
    expect_status 0
    run checkpoint strip m.st -o s.st
    run checkpoint show s.st
    expect_line stdout '^images         resize'
    # A model of other samples has none.
    run fit c.yaml -q -o d.st -s 'data={train: {digits: {}}, normalize: scale, split: {eval_size: 0}}' \
        -s 'layers.input0.shape=[1, 28, 28]' -s layers.dense1.num_units=10
    expect_status 0
    run checkpoint show d.st
    expect_no_line stdout '^images'
}

# The pixels that a network sees are those that data convert writes.
test_files_are_predicted_as_they_were_trained() {
    need_shots
    run data convert c.yaml -o rows.csv
    expect_status 0
    cut -d, -f2- rows.csv >x.csv
    run predict m.st x.csv --proba
    expect_status 0
    cp stdout want
    # shellcheck disable=SC2046 # names without blanks
    run predict m.st $(printf '%s\n' shots/*/* | LC_ALL=C sort) --proba
    expect_status 0
    cut -d, -f2- stdout >got
    expect_same got want
    run evaluate m.st c.yaml -s data.test='{folder: shots}'
    expect_status 0
    expect_line stdout '^accuracy '
}

test_another_rule_is_refused() {
    need_shots
    for change in fit=crop background=0 'background=[255, 128, 1]'; do
        run fit c.yaml -q -o m.st --resume --epochs 3 -s "data.$change"
        expect_error 78 "^m.st: error: cannot resume: data.${change%%=*} was "
        run evaluate m.st c.yaml -s data.test='{folder: shots}' -s "data.$change"
        expect_error 78 '^c.yaml: error: data: its images are resized or coloured otherwise than those of the model'
    done
    # What goes without saying may be said.
    run fit c.yaml -q -o m.st --resume --epochs 3 -s data.channels=3
    expect_status 0
    run fit c.yaml -q -o n.st --epochs 3
    expect_status 0
    cmp m.st n.st || fail "said or not, the model differs"
}

test_the_network_decides_on_channels() {
    shots
    shots_config c.yaml
    run fit c.yaml -q -o m.st -s 'layers.input0.shape=[1, 4, 6]'
    expect_status 0
    run checkpoint show m.st
    expect_line stdout 'channels 1, background \[255, 128, 0\]$'
    run config show c.yaml
    expect_line stdout '^  channels: 3$'
    run fit c.yaml -q -o n.st -s data.resize=null -s data.fit=null
    expect_error 65 '^shots/[a-z0-9./]*: error: image is 3x[0-9]*x[0-9]*, expected 3x[0-9]*x[0-9]* .*; data.resize makes images alike$'
    expect_no_file n.st
}

# Right checksums, wrong content.
test_a_rule_that_contradicts_its_model_is_refused() {
    need_shots
    for edit in 's/channels\\":3/channels\\":2/=not what its configuration says' \
        's/fit\\":\\"pad/fit\\":\\"fat/=image is malformed' \
        's/\[4,6\]}}/[6,4]}}/=not what its configuration says' \
        's/\[4,6\]}}/[4]}}/=image is malformed' \
        's/\[4,6\]}}/[4,-6]}}/=image is malformed' \
        's/\[255.0,128.0,/[255.0,256.0,/=image is malformed' \
        's/\[255.0,128.0,/[128.0,/=image is malformed' \
        's/\[255.0,128.0,/[255.0,null,/=image is malformed' \
        's/\[255.0,128.0,/[255.0,128.5,/=not what its configuration says' \
        's/{\\"image/{\\"emage/=image is missing'; do
        edit_header m.st bad.st "${edit%=*}"
        run checkpoint verify bad.st
        cmp -s m.st bad.st && fail "$edit changes nothing"
        expect_error 65 "^bad.st: error: metadata inputs: .*${edit##*=}"
    done
}

# A model whose document names no samples has the rule of the one it came from.
test_a_model_that_is_loaded_keeps_the_rule() {
    need_shots
    grep -v -e train: -e resize: -e fit: -e background: -e split: c.yaml >l.yaml
    echo 'train: {max_epochs: 2, learning_rate: 0.1, batch_size: 4}' >>l.yaml
    run checkpoint load m.st --into l.yaml -o l.st
    expect_status 0
    run checkpoint show l.st
    expect_line stdout '^images         resize \[4, 6\], fit pad, channels 3, background \[255, 128, 0\]$'
    run predict l.st shots/dark/a.png shots/light/4.ppm --proba
    expect_status 0
    cp stdout want
    run predict m.st shots/dark/a.png shots/light/4.ppm --proba
    expect_same stdout want
}

test_damaged_files_are_named() {
    need_shots
    head -c 300 "$ROOT/tests/data/images/jpeg-420.jpg" >cut.jpg
    head -c 100 "$ROOT/tests/data/images/rgb8.png" >cut.png
    run predict m.st cut.jpg
    expect_error 65 '^cut.jpg: error: JPEG image cannot be decoded: '
    run predict m.st cut.png
    expect_error 65 '^cut.png: error: PNG image cannot be decoded: the file is cut short$'
    run predict m.st "$ROOT/tests/data/images/cmyk.jpg"
    expect_error 65 'cmyk.jpg: error: JPEG image is CMYK, expected grey or RGB$'
    cp cut.jpg shots/dark/cut.jpg
    run fit c.yaml -q -o n.st
    expect_error 65 '^shots/dark/cut.jpg: error: '
    expect_no_file n.st
}

# Where djpeg is, its pixels are ours.
test_jpeg_is_what_djpeg_makes() {
    command -v djpeg >/dev/null || skip 'djpeg is not installed'
    mkdir -p j/a j/b
    for name in 444 422 420 440 411 progressive restart; do
        for half in a b; do
            cp "$ROOT/tests/data/images/jpeg-$name.jpg" j/$half/1.jpg
            djpeg -pnm j/$half/1.jpg >j/$half/2.ppm
        done
        run data convert --folder j -o -
        expect_status 0
        [ "$(sort -u stdout | wc -l)" -eq 2 ] || fail "$name differs"
    done
}

# Files that are no libraries stand in for some that are not installed.
test_image_libraries_are_loaded_where_they_are_needed() {
    local photo=$ROOT/tests/data/images
    mkdir -p lib shots/dark
    : >lib/libpng16.so.16
    : >lib/libjpeg.so.62
    LD_LIBRARY_PATH=$PWD/lib run version
    expect_status 0
    expect_line stdout '^libpng: not loaded \(.*libpng16\.so\.16.*\)$'
    expect_line stdout '^libjpeg-turbo: not loaded \(.*libjpeg\.so\.62.*\)$'
    LD_LIBRARY_PATH=$PWD/lib run version --json
    expect_line stdout '"libpng": null'
    expect_line stdout '"libjpeg_turbo": null'
    cp "$photo/rgb8.png" shots/dark
    LD_LIBRARY_PATH=$PWD/lib run data stats --folder shots
    expect_status 71
    expect_line stderr "^cnnctl: error: decoding a PNG image needs a library that cannot be loaded: .*; Debian's package is libpng16-16$"
    rm shots/dark/*
    cp "$(ls "$photo"/*.jpg | head -n 1)" shots/dark
    LD_LIBRARY_PATH=$PWD/lib run data stats --folder shots
    expect_status 71
    expect_line stderr "decoding a JPEG image .*; Debian's package is libjpeg62-turbo$"
}
