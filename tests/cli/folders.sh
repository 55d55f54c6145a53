# shellcheck shell=bash
# Images as people have them: folders, lists, files to be predicted; what
# convert makes of any source.

grey() { # FILE WIDTH VALUE... - an image of so many columns
    local file=$1 width=$2
    shift 2
    mkdir -p "$(dirname "$file")"
    echo "P2 $width $(($# / width)) 255 $*" >"$file"
}

# Two classes of 2x1 pixels, four images, one of them deep.
pets() {
    grey pets/dog/b.pgm 2 3 4
    grey pets/dog/a/z/c.pgm 2 1 2
    grey pets/cat/x.pgm 2 5 6
    grey pets/cat/y.pgm 2 7 8
}

# A network for them.
pets_config() { # FILE SOURCE
    cat >"$1" <<END
data: {train: $2, split: {eval_size: 0}, normalize: scale}
layers:
  - input: {shape: [1, 1, 2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 2, learning_rate: 0.1, batch_size: 2}
END
}

test_the_class_is_the_first_folder_and_paths_are_sorted() {
    pets
    mkdir -p pets/.git pets/dog/.hidden
    echo no image | tee pets/.git/config pets/dog/.hidden/x pets/.top >/dev/null
    ln -s ../dog/b.pgm pets/cat/link.pgm
    run data convert --folder pets -o -
    expect_status 0
    expect_no_stderr
    expect_stdout cat,3,4 cat,5,6 cat,7,8 dog,1,2 dog,3,4
    run data stats --folder pets/
    expect_line stdout '^samples +5$'
    expect_line stdout '^shape +1x1x2$'
    expect_line stdout '^cat +3$'
}

test_what_is_no_image_of_a_class_is_named() {
    pets
    grey pets/top.pgm 2 1 1
    run data stats --folder pets
    expect_error 65 '^pets/top.pgm: error: stands in no folder that says its class; pattern'
    rm pets/top.pgm
    echo notes >pets/cat/notes.txt
    : >pets/dog/Thumbs.db
    run data stats --folder pets
    expect_error 65 '^pets/cat/notes.txt: error: is no image; expected PNG, JPEG or PNM'
    expect_line stderr '^pets/dog/Thumbs.db: error: is no image'
    rm pets/cat/notes.txt pets/dog/Thumbs.db
    echo garbage >pets/dog/bad.png
    run data stats --folder pets
    expect_error 65 '^pets/dog/bad.png: error: '
    rm pets/dog/bad.png
    mkfifo pets/cat/pipe.png
    run data stats --folder pets
    expect_error 65 '^pets/cat/pipe.png: error: is neither a file nor a folder'
}

test_an_image_of_another_size_is_named() {
    pets
    grey pets/dog/big.pgm 3 1 2 3
    run data stats --folder pets
    expect_error 65 '^pets/dog/big.pgm: error: .*1x1x3.*1x1x2.*data.resize'
}

test_the_image_may_have_any_name() {
    pets
    mv pets/cat/x.pgm pets/cat/x
    run data convert --folder pets -o -
    expect_status 0
    expect_line_count stdout 4
}

test_folders_that_cannot_be_read() {
    run data stats --folder gone
    expect_error 66 '^gone: error: cannot read the folder: No such file'
    echo >file
    run data stats --folder file
    expect_error 66 '^file: error: cannot read the folder: Not a directory'
    mkdir empty empty/.hidden
    run data stats --folder empty
    expect_error 65 '^empty: error: holds no images$'
    pets
    ln -s nowhere.png pets/cat/dead.png
    run data stats --folder pets
    expect_error 66 '^pets/cat/dead.png: error: cannot read: No such file'
    rm pets/cat/dead.png
    chmod 0 pets/cat
    chmod 0 pets/dog/b.pgm
    run_bound data stats --folder pets
    expect_error 66 '^pets/cat: error: cannot read the folder: Permission denied$'
    chmod 755 pets/cat
    run_bound data stats --folder pets
    expect_error 66 '^pets/dog/b.pgm: error: .*Permission denied$'
}

test_links_to_folders_are_not_followed_and_told() {
    pets
    mkdir -p more/bird
    grey more/bird/1.pgm 2 9 9
    ln -s ../more/bird pets/bird
    run data stats --folder pets
    expect_status 0
    expect_line stderr 'pets/bird is a link to a folder, not followed$'
    expect_no_line stdout '^bird'
    ln -s pets linked
    run data stats --folder linked
    expect_status 0
    expect_line stdout '^samples +4$'
}

test_names_of_any_bytes() {
    local odd=$'pets/a\nb/c\001.pgm' bytes=$'pets/dog/\xff\xfe.pgm'
    pets
    grey "$odd" 2 1 1
    grey "$bytes" 2 2 2
    run data stats --folder pets
    expect_status 0
    expect_line stdout '^a\\x0ab +1$'
    echo bad >"$odd"
    echo bad >"$bytes"
    run data stats --folder pets
    expect_status 65
    expect_line stderr '^pets/a\\x0ab/c\\x01.pgm: error: '
    rm "$odd" "$bytes"
    rmdir $'pets/a\nb'
    grey $'pets/\xff/1.pgm' 2 1 1
    run data stats --folder pets
    expect_error 65 '^pets/\\xff/1.pgm: error: the name of its class is no UTF-8$'
}

test_the_split_and_pass_both_go_by_the_path() {
    pets
    pets_config c.yaml '{folder: pets}'
    local split=(-s 'data.split={hash: path, eval_size: 0.5}')
    run fit c.yaml -o c.st "${split[@]}"
    expect_status 0
    run evaluate c.st c.yaml "${split[@]}" --split valid --predictions p.csv \
        --pass path
    expect_status 0
    expect_line p.csv '^path,row,true,'
    expect_line p.csv '^(cat/[xy]|dog/b|dog/a/z/c)\.pgm,[0-3],'
    run data stats c.yaml --split valid -s 'data.split={by: name}'
    expect_error 78 "^pets: error: data\.split\.by: 'name' is none of its columns; a folder has one, path\$"
    run evaluate c.st c.yaml --split train --predictions q.csv --pass path,0
    expect_error 78 '^pets: error: --pass names path twice$'
}

test_a_network_that_learns_its_inputs_needs_no_classes() {
    grey flat/1.pgm 2 3 4
    grey flat/2.pgm 2 5 6
    cat >c.yaml <<'END'
data: {train: {folder: flat}, split: {eval_size: 0}, normalize: scale}
layers:
  - input: {shape: [1, 1, 2]}
  - dense: {num_units: 2}
train: {regression: true, targets: inputs, max_epochs: 2, learning_rate: 0.1}
END
    run fit c.yaml -o c.st
    expect_status 0
    run evaluate c.st --folder flat
    expect_line stdout '^samples +2$'
    run fit c.yaml -o c.st --force -s data.valid='{folder: flat}' \
        -s data.split=null
    expect_status 0
}

test_a_pattern_takes_the_class_from_the_path() {
    grey flat/cat_1.pgm 2 1 2
    grey flat/dog_2.pgm 2 3 4
    grey flat/sub/cat_3.pgm 2 5 6
    run data convert --source "{folder: flat, pattern: '([a-z]+)_[0-9]'}" -o -
    expect_status 0
    expect_stdout cat,1,2 dog,3,4 cat,5,6
    grey flat/bird.pgm 2 1 1
    run data stats --source "{folder: flat, pattern: '([a-z]+)_[0-9]'}"
    expect_error 65 '^flat/bird.pgm: error: does not match the pattern$'
    run data stats --source "{folder: flat, pattern: '([0-9]*)_?'}"
    expect_error 65 '^flat/bird.pgm: error: the group of the pattern finds no class'
    run data stats --source "{folder: flat, pattern: '[a-z]+'}"
    expect_error 78 '^--source:1:25: error: pattern: has no group in brackets'
    run data stats --source "{folder: flat, pattern: '([a-z'}"
    expect_error 78 '^--source:1:25: error: pattern: no extended regular expression: '
    run data stats --source "{folder: flat, pattern: '((((a{99}){99}){99}){99})'}"
    expect_error 78 '^--source:1:25: error: pattern: repeats parts of it too often'
}

test_a_limit_takes_the_classes_in_turn() {
    for i in 1 2 3 4 5; do grey "pets/a/$i.pgm" 2 1 $i; done
    for i in 1 2; do grey "pets/b/$i.pgm" 2 2 $i; done
    grey pets/c/1.pgm 2 3 1
    grey pets/c/2.pgm 2 3 2
    run data convert --source '{folder: pets, limit: 4}' -o -
    expect_stdout a,1,1 a,1,2 b,2,1 c,3,1
    run data convert --source '{folder: pets, limit: 8}' -o -
    expect_stdout a,1,1 a,1,2 a,1,3 a,1,4 b,2,1 b,2,2 c,3,1 c,3,2
    run data convert --source '{folder: pets, limit: 99}' -o -
    expect_line_count stdout 9
}

# Whose turn is first is told by the order of the classes, not of the paths.
test_turns_are_in_the_order_of_the_classes() {
    for i in 1 2; do
        grey "pets/10/$i.pgm" 2 10 $i
        grey "pets/9/$i.pgm" 2 9 $i
        grey "flat/b_$i.pgm" 2 2 $i
        grey "flat/c_$i.pgm" 2 3 $i
        grey "flat/z-a_$i.pgm" 2 1 $i
    done
    run data convert --source '{folder: pets, limit: 3}' -o -
    expect_stdout 10,10,1 9,9,1 9,9,2
    run data convert --source \
        "{folder: flat, pattern: '([a-z])_[0-9]', limit: 4}" -o -
    expect_stdout b,2,1 c,3,1 a,1,1 a,1,2
    cat >c.yaml <<'END'
data:
  train: {folder: flat, pattern: '([a-z])_[0-9]', limit: 4}
  split: {eval_size: 0}
  classes: [c, a, b]
layers:
  - input: {shape: [1, 1, 2]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    run data convert c.yaml --split train -o -
    expect_stdout b,2,1 c,3,1 c,3,2 a,1,1
    sed -i 's/classes: .*/classes: {b: x, c: w, a: v}/' c.yaml
    run data convert c.yaml --split train -o -
    expect_stdout x,2,1 x,2,2 w,3,1 v,1,1
    run fit c.yaml -q -o m.st
    expect_status 0
    run evaluate m.st c.yaml --split train --json
    tr -d ' \n' <stdout | sed 's/.*"classes":\(\[[^]]*\]\).*/\1\n/' >classes
    expect_stream classes '["x","w","v"]'
}

# Settings of how images are read need no configuration.
test_set_says_how_a_source_is_read() {
    grey pets/a/1.pgm 2 0 100
    grey pets/b/1.pgm 4 0 0 100 100
    run data stats --folder pets
    expect_error 65 'data.resize'
    for command in stats show check; do
        run data $command --folder pets -s 'data.resize=[1, 2]'
        [ "$status" -le 1 ] || fail "status $status"
        expect_no_stderr
    done
    run data convert --folder pets -s 'data.resize=[1, 2]' -o -
    expect_stdout a,0,100 b,0,100
    run data convert --source '{folder: pets, limit: 2}' \
        -s 'data.resize=[1, 1]' -s 'data.classes={a: x, b: y}' -o -
    expect_stdout x,50 y,50
    printf 'folder: pets\nlimit: 2\n' >source
    run data convert --source "$(cat source)" -s 'data.resize=[1, 1]' -o -
    expect_stdout a,50 b,50
    printf 'a,1,\nb,,4\n' >holes.csv
    run data convert --csv holes.csv -s data.missing=7 -o -
    expect_status 0
    run data stats --folder pets -s data.resize=oops
    expect_error 78 '^--set #1: error: data.resize: '
    run data stats --folder pets -s data.fit=crop
    expect_error 78 '^--set #1: error: data.fit'
    for other in data.split.eval_size=0.5 train.l2=1 data.resized=3; do
        run data stats --folder pets -s $other
        expect_error 64 '^cnnctl data stats: error: --set: needs a CONFIG for keys other than data.resize, data.fit, '
    done
    run data stats --source '{folder: pets, resize: 3}'
    expect_error 78 'resize: unknown key'
    expect_no_line stderr digits
}

# The same samples from a folder and from IDX files: a model of the same bytes
# but for what it was told.
test_a_folder_is_the_same_data_as_idx() {
    small_config c.yaml
    run data convert c.yaml -o digits/
    expect_status 0
    [ "$(find digits -type f | wc -l)" -eq 200 ] || fail "not 200 files"
    expect_file digits/0/000001.png
    run data convert --folder digits --images i.idx --labels l.idx
    expect_status 0
    run data stats --folder digits
    cp stdout of-folder
    run data stats --images i.idx --labels l.idx
    expect_same stdout of-folder
    sed 's|{digits: {count: 200, seed: 1}}|{folder: digits}|' c.yaml >f.yaml
    sed 's|{digits: {count: 200, seed: 1}}|{images: i.idx, labels: l.idx}|' \
        c.yaml >i.yaml
    run fit f.yaml -o f.st --threads 2
    expect_status 0
    cut -c 1-60 stdout >f.out
    run fit i.yaml -o i.st --threads 1
    expect_status 0
    run checkpoint diff f.st i.st
    expect_no_line stdout '^[^m]|^metadata (history|normalization|classes|data_f)'
    run fit f.yaml -o again.st --threads 1
    expect_same f.st again.st
    run evaluate f.st --folder digits --json
    cp stdout of-folder
    run evaluate f.st --images i.idx --labels l.idx --json
    expect_same stdout of-folder
    run evaluate f.st --source '{folder: digits, limit: 20}' --predictions p.csv \
        --pass path
    expect_status 0
    expect_line_count p.csv 21
    expect_line p.csv '^path,row,true,predicted,probability$'
    expect_line p.csv '^3/000002.png,[0-9]+,3,'
}

# Read by a program that is not ours.
test_what_is_written_is_what_others_read() {
    /usr/bin/python3 -c 'import PIL' 2>/dev/null || skip "needs python3-pil"
    small_config c.yaml
    run data convert c.yaml -o out/
    expect_status 0
    run data convert --folder out -o -
    /usr/bin/python3 - >expected <<'END'
import glob
from PIL import Image
for path in sorted(glob.glob("out/*/*.png")):
    image = Image.open(path)
    assert image.mode == "L"
    print(path.split("/")[1], *image.getdata(), sep=",")
END
    expect_same stdout expected
    awk 'BEGIN {print "P3 31 17 255"; for (i = 0; i < 1581; i++) print i * i % 251}' \
        >c.ppm
    mkdir -p colour/a && mv c.ppm colour/a
    run data convert --folder colour -o again/
    expect_status 0
    /usr/bin/python3 -c "
from PIL import Image
a, b = Image.open('colour/a/c.ppm'), Image.open('again/a/000001.png')
assert a.mode == b.mode == 'RGB' and a.tobytes() == b.tobytes()" ||
        fail "another image"
}

test_folders_train_validate_and_resume() {
    pets
    grey other/cat/1.pgm 2 5 5
    grey other/dog/2.pgm 2 3 3
    pets_config c.yaml '{folder: pets}'
    sed -i 's|split: {eval_size: 0}|valid: {folder: other}, test: {folder: pets}|' c.yaml
    run fit c.yaml -o m.st
    expect_status 0
    run evaluate m.st c.yaml
    expect_status 0
    expect_line stdout '^samples +4$'
    run fit c.yaml -o m.st --resume --epochs 3
    expect_status 0
    run checkpoint verify m.st
    expect_status 0
    grey other/bird/1.pgm 2 1 1
    run fit c.yaml -o n.st
    expect_error 78 "label 'bird' of sample 0 is none of the 2 classes"
}

test_keys_are_inherited_from_train() {
    grey a/cat_1.pgm 2 1 2
    grey a/dog_1.pgm 2 3 4
    grey b/cat_2.pgm 2 1 2
    grey b/dog_2.pgm 2 3 4
    pets_config c.yaml "{folder: a, pattern: '([a-z]+)_'}"
    sed -i 's|split: {eval_size: 0}|valid: {folder: b}|' c.yaml
    run fit c.yaml -o m.st
    expect_status 0
    run evaluate m.st --folder b
    expect_status 0
    run evaluate m.st --source '{folder: b}'
    expect_status 0
    expect_line stdout '^samples +2$'
}

test_lists() {
    pets
    mkdir lists
    printf '%s\n' ../pets/dog/b.pgm,d "$PWD/pets/cat/x.pgm,\"c,at\"" \
        '"../pets/cat/y.pgm",7' >lists/l.csv
    run data convert --source '{list: lists/l.csv}' -o -
    expect_status 0
    expect_stdout d,3,4 '"c,at",5,6' 7,7,8
    { echo path,label && cat lists/l.csv; } >lists/h.csv
    run data convert --source '{list: lists/h.csv}' -o -
    expect_line_count stdout 3
    run data convert --source '{list: lists/h.csv, path_column: path, label_column: label}' -o -
    expect_line_count stdout 3
    run data convert --source '{list: lists/h.csv, header: skip, limit: 1}' -o -
    expect_stdout d,3,4
    printf '%s\n' 'label;n;file' 'b;1;pets/cat/x.pgm' 'a;2;pets/cat/y.pgm' >t.csv
    run data convert --source \
        '{list: t.csv, delimiter: ;, path_column: file, label_column: 0, ignore: [n]}' -o -
    expect_stdout b,5,6 a,7,8
    run data stats --source '{list: t.csv, delimiter: ;, path_column: file, label_column: 0}'
    expect_error 78 "^t.csv: error: column 1 \('n'\) is neither the path nor an answer; ignore names such columns$"
}

# A first row that names a file is never taken for a header.
test_the_first_row_of_a_list_is_not_swallowed() {
    pets
    cp pets/cat/x.pgm plain
    printf '%s\n' plain,cat pets/dog/b.pgm,dog >l.csv
    run data convert --source '{list: l.csv}' -o -
    expect_stdout cat,5,6 dog,3,4
    pets_config c.yaml '{list: l.csv}'
    run fit c.yaml -o m.st
    run evaluate m.st --source '{list: l.csv}' --predictions p.csv --pass path
    expect_status 0
    expect_line p.csv '^path,row,true'
    expect_line p.csv '^plain,0,cat,'
    expect_line p.csv '^pets/dog/b.pgm,1,dog,'
    printf '%s\n' gone.png,cat pets/dog/b.pgm,dog >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 66 '^l.csv:1: error: cannot read gone.png: No such file'
}

test_lists_name_the_line_of_what_is_wrong() {
    pets
    printf '%s\n' pets/dog/b.pgm,dog pets/dog/none.pgm,dog >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 66 '^l.csv:2: error: cannot read pets/dog/none.pgm: No such file'
    printf '%s\n' pets/dog/b.pgm,dog pets/dog,dog >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 66 '^l.csv:2: error: cannot read pets/dog: Is a directory'
    printf '%s\n' pets/dog/b.pgm,dog pets/cat/x.pgm >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 65 '^l.csv:2:.*row has 1 cell, expected 2'
    printf '%s\n' pets/dog/b.pgm,dog ,cat >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 65 '^l.csv:2:1: error: the path is empty'
    printf '%s\n' pets/dog/b.pgm,dog l.csv,cat >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 65 '^l.csv: error: '
    : >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 65 '^l.csv: error: the file is empty'
    echo path,label >l.csv
    run data stats --source '{list: l.csv}'
    expect_error 65 '^l.csv: error: no rows after the header'
    run data stats --source '{list: gone.csv}'
    expect_error 66 '^gone.csv: error: cannot open'
}

test_lists_of_numbers_and_of_labels() {
    pets
    printf '%s\n' file,x,y pets/dog/b.pgm,0.5,2 pets/cat/x.pgm,1.5,3 >n.csv
    cat >n.yaml <<'END'
data: {train: {list: n.csv, target_columns: [x, y]}, split: {eval_size: 0}, normalize: scale}
layers: [{input: {shape: [1, 1, 2]}}, {dense: {num_units: 2}}]
train: {max_epochs: 2, learning_rate: 0.1, regression: true, batch_size: 1}
END
    run fit n.yaml -o n.st
    expect_status 0
    run predict n.st pets/dog/b.pgm pets/cat/x.pgm
    expect_line_count stdout 2
    printf '%s\n' file,wild,big pets/dog/b.pgm,0,1 pets/cat/x.pgm,1,1 >l.csv
    sed 's|n.csv, target_columns: \[x, y\]|l.csv, label_columns: [wild, big]|
        s|regression: true, ||; s|num_units: 2|&, nonlinearity: sigmoid|' \
        n.yaml >l.yaml
    run fit l.yaml -o l.st
    expect_status 0
    run predict l.st --format jsonl pets/dog/b.pgm
    expect_line stdout '^\{"input": "pets/dog/b.pgm", "labels": \['
}

need_pets() {
    pets
    pets_config c.yaml '{folder: pets}'
    run fit c.yaml -o m.st
    expect_status 0
}

test_predict_takes_files_of_images() {
    local all
    need_pets
    run data convert --folder pets -o - # in the order of the paths
    cut -d, -f2- stdout >rows.csv
    all="pets/cat/x.pgm pets/cat/y.pgm pets/dog/a/z/c.pgm pets/dog/b.pgm"
    run predict m.st rows.csv --proba
    cp stdout of-rows
    # shellcheck disable=SC2086
    run predict m.st $all --proba
    expect_status 0
    cut -d, -f2- stdout >got
    expect_same got of-rows
    cut -d, -f1 stdout >got
    { echo input && printf '%s\n' $all; } >expected
    expect_same got expected
    # shellcheck disable=SC2086
    run predict m.st $all
    expect_line_count stdout 4
    cp stdout plain
    run predict m.st --format jsonl pets/cat/x.pgm
    expect_line stdout '^\{"input": "pets/cat/x.pgm", "class": "'
    run predict m.st --format tsv pets/cat/x.pgm
    expect_line stdout $'^input\tclass$'
    run predict m.st - <pets/cat/x.pgm
    head -n 1 plain >expected
    expect_same stdout expected
    run predict m.st --format csv <pets/cat/x.pgm
    expect_line stdout '^-,'
    # shellcheck disable=SC2086
    run predict m.st rows.csv $all - <pets/cat/x.pgm
    cat plain plain expected >both
    expect_same stdout both
}

test_predict_on_images_refuses_and_keeps_places() {
    need_pets
    echo garbage >bad.png
    : >empty.jpg
    grey big.pgm 3 1 2 3
    run predict m.st pets/cat/x.pgm bad.png pets/cat/y.pgm
    expect_status 65
    expect_line_count stdout 1
    expect_line stderr '^bad.png: error: '
    run predict m.st pets/cat/x.pgm bad.png empty.jpg big.pgm pets/cat/y.pgm \
        --on-error=record --format csv
    expect_status 0
    expect_line_count stdout 6
    expect_line stdout '^bad.png,$'
    expect_line stdout '^empty.jpg,$'
    expect_line stdout '^big.pgm,$'
    expect_line stdout '^pets/cat/y.pgm,.'
    expect_line stderr '^bad.png: error: '
    expect_line stderr '^big.pgm: error: .*1x1x3'
    expect_line stderr 'warning: 3 records could not be read$'
    run predict m.st pets/cat/x.pgm gone.png
    expect_status 66
    expect_line_count stdout 1
    expect_line stderr '^gone.png: error: cannot open: No such file'
    mkdir folder.png
    run predict m.st gone.png pets/cat/x.pgm folder.png pets/cat/y.pgm \
        --on-error=record --format csv
    expect_status 0
    cut -d, -f1 stdout >got
    expect_stream got input gone.png pets/cat/x.pgm folder.png pets/cat/y.pgm
    expect_line stdout '^gone.png,$'
    expect_line stdout '^folder.png,$'
    expect_line stderr '^gone.png: error: cannot open: No such file'
    expect_line stderr '^folder.png: error: cannot read: Is a directory$'
    expect_line stderr 'warning: 2 records could not be read$'
    run predict m.st gone pets/cat/x.pgm --input-format image --on-error=record
    expect_status 0
    expect_line_count stdout 2
    # How many rows a table has that is not there, nobody knows.
    run predict m.st gone.csv --on-error=record
    expect_error 66 '^gone.csv: error: cannot open: No such file'
    run predict m.st pets/cat
    expect_error 66 '^pets/cat: error: is a folder; files are expected, as pets/cat/\*\.png names them$'
    run predict m.st pets/cat/x.pgm --pass 0
    expect_error 64 '^cnnctl predict: error: --pass: images have no columns'
    run predict m.st pets/cat/x.pgm --labelled
    expect_error 64 '^cnnctl predict: error: --labelled: images have no columns'
    echo 1,2 >row.csv
    run predict m.st pets/cat/x.pgm row.csv --format csv
    expect_status 64
    expect_line stderr "^row.csv: error: --format: images have a column 'input'"
    run predict m.st row.csv --input-format image
    expect_error 65 '^row.csv: error: '
    run predict m.st pets/cat/x.pgm --input-format csv
    expect_status 65
}

test_many_images_at_any_number_of_threads() {
    need_pets
    for i in $(seq 600); do grey "many/$i.pgm" 2 $((i % 256)) $((i * 7 % 256)); done
    echo bad >many/300.pgm
    # shellcheck disable=SC2046
    run predict m.st $(printf 'many/%d.pgm ' $(seq 600)) --proba \
        --on-error=record --threads 1
    expect_status 0
    expect_line_count stdout 601
    expect_line stdout '^many/300.pgm,,*$'
    cp stdout one
    # shellcheck disable=SC2046
    run predict m.st $(printf 'many/%d.pgm ' $(seq 600)) --proba \
        --on-error=record --threads 3
    expect_same stdout one
    echo bad >many/299.pgm
    # shellcheck disable=SC2046
    run predict m.st $(printf 'many/%d.pgm ' $(seq 600)) --threads 3
    expect_status 65
    expect_line_count stdout 298
    expect_line stderr '^many/299.pgm: error: '
    expect_no_line stderr '300'
}

test_the_network_decides_the_channels() {
    need_pets
    echo 'P3 2 1 255 9 9 9 200 200 200' >colour.ppm
    grey same.pgm 2 9 200
    run predict m.st --proba colour.ppm same.pgm
    expect_status 0
    [ "$(sed -n 2p stdout | cut -d, -f2-)" = "$(sed -n 3p stdout | cut -d, -f2-)" ] ||
        fail "grey and colour differ"
}

test_convert_to_a_folder_whole_or_not_at_all() {
    pets
    run data convert --folder pets -o new/
    expect_status 0
    expect_no_stdout
    (cd new && find . -type f | LC_ALL=C sort) >got
    printf '%s\n' ./cat/000001.png ./cat/000002.png ./dog/000001.png \
        ./dog/000002.png >expected
    expect_same got expected
    run data convert --folder new -o -
    expect_stdout cat,5,6 cat,7,8 dog,1,2 dog,3,4
    run data convert --folder pets -o new/ --force
    expect_error 73 '^new/: error: cannot create: is a folder'
    echo >file
    run data convert --folder pets -o file/
    expect_error 73 '^file/: error: exists; expected the name of a new folder'
    run data convert --folder pets -o gone/new/
    expect_error 73 '^gone/new/: error: cannot create: No such file'
    printf '%s\n' ../x,1,2 a,3,4 .b,1,1 >rows.csv
    run data convert --csv rows.csv -o out/
    expect_error 65 "^rows.csv: error: class '../x' cannot be a folder: its name holds a slash$"
    expect_line stderr "class '.b' cannot be a folder: its name begins with a dot"
    printf '%s\n' x,1,2 a,3,4.5 >rows.csv
    run data convert --csv rows.csv -o out/
    expect_error 65 '^rows.csv: error: sample 1 holds 4.5, an image of 8 bits'
    expect_no_file out
    expect_no_temporary
    printf '%s\n' x,1,2,3,4 y,5,6,7,8 >rows.csv
    run data convert --csv rows.csv -o out/
    expect_status 0
    run data stats --folder out
    expect_line stdout '^shape +1x2x2$'
}

test_a_folder_that_is_interrupted_leaves_nothing() {
    cat >c.yaml <<'END'
data: {train: {digits: {count: 20000, seed: 1}}}
layers: [{input: {shape: [1, 28, 28]}}]
END
    "$CNNCTL" data convert c.yaml -o new/ >first 2>&1 &
    pid=$!
    for _ in $(seq 1000); do
        ! compgen -G '.cnnctl.*/*' >found && kill -0 $pid 2>/dev/null || break
        sleep 0.01
    done
    kill -TERM $pid 2>/dev/null || true
    status=0
    wait $pid || status=$?
    [ "$status" -ne 0 ] || skip "converts faster than it can be interrupted"
    [ "$status" -eq 143 ] || fail "ended with $status: $(cat first)"
    expect_line first '^c.yaml: error: ended by SIGTERM .*, nothing was kept$'
    expect_no_file new
    expect_no_temporary
}

test_any_source_to_idx() {
    pets
    run data convert --folder pets --images i --labels l
    expect_error 65 "^pets: error: label 'cat' is not a 32-bit integer"
    expect_no_file i
    small_config c.yaml
    run data convert c.yaml --split test --images i --labels l
    expect_status 0
    run data stats --images i --labels l
    expect_line stdout '^samples +60$'
    run data convert c.yaml --images i --labels m
    expect_error 73 '^i: error: exists; --force replaces it'
}

test_what_is_read_is_not_written() {
    need_pets
    run evaluate m.st --folder pets --predictions pets/cat/x.pgm --force
    expect_error 64 '^cnnctl evaluate: error: --predictions: pets/cat/x.pgm is also given as --folder'
    run evaluate m.st --source '{folder: pets}' --predictions pets/cat/x.pgm --force
    expect_error 64 '^pets/cat/x.pgm: error: is read through --source, it cannot be written too'
    run fit c.yaml -o pets/cat/x.pgm --force
    expect_error 64 'pets/cat/x.pgm: .*is read'
    run predict m.st pets/cat/x.pgm -o pets/cat/x.pgm --force
    expect_error 64 'pets/cat/x.pgm is read by the command'
}

test_a_source_in_yaml_is_located() {
    pets
    run data stats --source '{folder: pets, limt: 3}'
    expect_error 78 '^--source:1:16: error: limt: unknown key; did you mean limit\?'
    run data stats --source '{directory: pets}'
    expect_error 78 '^--source:1:[0-9]+: error: .*names no source; .*did you mean folder\?'
    run data stats --source 'folder: [pets'
    expect_error 78 '^--source:'
    run data stats --source 'folder: pets' --folder pets
    expect_error 64 'one of them'
    run data stats --source '{digits: {count: 10}}'
    expect_status 0
    expect_line stdout '^samples +10$'
    run data stats --source 'folder: pets' --split test
    expect_error 64 '^cnnctl data stats: error: --split: needs a CONFIG'
}

# Deeper than a path may be long.
test_very_deep_folders() {
    mkdir deep
    (
        cd deep || exit
        for _ in $(seq 60); do
            d=$(printf 'd%.0s' $(seq 200))
            mkdir "$d" && cd "$d" || exit
        done
    ) 2>/dev/null
    run data stats --folder deep
    expect_status 66
    expect_line stderr 'File name too long$'
}

# The example trains on what the program itself makes.
test_the_example_of_pictures() {
    local quick="$ROOT/configs/quickstart.yaml"
    run data convert "$quick" -o digits/ -s data.train.digits.count=300
    expect_status 0
    PICTURES=$PWD/digits run fit "$ROOT/configs/pictures.yaml" -o p.st --epochs 4
    expect_status 0
    run predict p.st digits/7/*.png
    expect_status 0
    [ "$(grep -c '^7$' stdout)" -ge 20 ] || fail "few sevens are found"
    run checkpoint show p.st --json
    expect_line stdout '"resize"'
}

# Images of different sizes and forms through data.resize, held or read again.
test_resized_images_held_or_read_again() {
    grey a/cat/1.pgm 3 10 20 30 40 50 60
    grey a/cat/2.pgm 2 10 20 30 40
    grey a/dog/1.pgm 5 200 210 220 230 240 250 200 210 220 230
    echo 'P3 1 2 255 9 9 9 200 200 200' >a/dog/2.ppm
    pets_config c.yaml '{folder: a}'
    sed -i 's|data: {|data: {resize: [1, 2], |' c.yaml
    run fit c.yaml -o held.st -s data.cache=memory --threads 2
    expect_status 0
    expect_line stderr '^data\.train: 4 images decoded in [0-9]+\.[0-9][0-9] s, [1-9][0-9]* images/s$'
    run fit c.yaml -o again.st -s data.cache=none --threads 1
    expect_status 0
    expect_line stderr '^data\.train: 4 images decoded in [0-9]+\.[0-9][0-9] s, [1-9][0-9]* images/s$'
    run fit c.yaml -o quiet.st -q
    expect_status 0
    expect_no_stderr
    run checkpoint diff held.st again.st
    expect_no_line stdout '^[^m]|^metadata (history|normalization|classes|data_f)'
    run evaluate held.st --folder a
    expect_status 0
    run predict held.st a/dog/2.ppm a/cat/1.pgm
    expect_line_count stdout 2
    run fit c.yaml -o none.st -s data.resize=null
    expect_error 65 '^a/cat/2.pgm: error: .*resize'
}
