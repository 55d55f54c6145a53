# shellcheck shell=bash
# Classes across runs: weights that go where their class is, rare classes, many
# classes, parts that another run has cut.

# Three kinds of 4x4 pictures that one epoch tells apart, 20 of each.
pets() { # FILE NAME...
    local file=$1
    shift
    printf '%s\n' "$@" | awk '{for (i = 0; i < 20; i++) {
        printf "%s", $1
        for (p = 0; p < 16; p++)
            printf ",%d", int(p / 5) == NR - 1 ? 200 + i : (i * p) % 50
        print ""
    }}' | sort -t, -k2,2n -s >"$file"
}

pets_config() { # FILE DATA CLASSES UNITS
    cat >"$1" <<END
data:
  classes: [$3]
  train: {csv: $2}
  normalize: scale
layers:
  - input: {shape: [1, 4, 4]}
  - conv2d: {num_filters: 8, filter_size: 3}
  - dense: {num_units: $4, nonlinearity: softmax}
train: {max_epochs: 40, batch_size: 16, update: adam, learning_rate: 0.02}
END
}

need_pets() {
    pets=$SHARED/pets.csv trained=$SHARED/pets.st
    if [ ! -e "$trained" ]; then
        pets "$pets" cat dog owl
        pets_config "$SHARED/pets.yaml" "$pets" 'cat, dog, owl' 3
        run fit "$SHARED/pets.yaml" -o "$trained" -q
        expect_status 0
        run evaluate "$trained" "$SHARED/pets.yaml" --split valid
        expect_line stdout '^accuracy  1\.00000'
    fi
}

test_rows_go_where_their_class_is() {
    need_pets
    pets_config b.yaml "$pets" 'owl, dog, cat' 3
    run checkpoint load "$trained" --into b.yaml -o b.st
    expect_status 0
    expect_stdout 'conv2d1.weight: loaded' 'conv2d1.bias: loaded' \
        'dense2.weight: loaded by class, 3 of 3' \
        'dense2.bias: loaded by class, 3 of 3'
    run evaluate b.st b.yaml --split valid
    expect_line stdout '^accuracy  1\.00000'
    run fit b.yaml --init-from "$trained" -o c.st -s train.learning_rate=1e-12 \
        --epochs 1
    expect_status 0
    expect_line stdout '^ +1 .* 1\.00000  [0-9.]+s$'
}

test_classes_of_one_side_only() {
    need_pets
    pets more.csv cat dog wolf newt
    pets_config d.yaml more.csv 'wolf, dog, newt, cat' 4
    run checkpoint load "$trained" --into d.yaml -o d.st
    expect_status 65
    expect_line stderr "pets\\.st: error: its classes are not those of d\\.yaml; --partial"
    run fit d.yaml --init-from "$trained" -o d.st
    expect_error 65 'its classes are not those of d\.yaml'
    expect_no_file d.st
    run checkpoint save d.yaml -o fresh.st
    run checkpoint load "$trained" --into d.yaml -o d.st --partial
    expect_status 0
    expect_stdout 'classes loaded: dog, cat' \
        'classes that the file does not know: wolf, newt' \
        'classes of the file left out: owl' \
        'conv2d1.weight: loaded' 'conv2d1.bias: loaded' \
        'dense2.weight: loaded by class, 2 of 4' \
        'dense2.bias: loaded by class, 2 of 4'
    # Outputs of the known classes are those of the trained network.
    run predict "$trained" --proba "$pets" --labelled
    [ "$status" -eq 0 ] || run predict "$trained" --proba <(cut -d, -f2- "$pets")
    expect_status 0
    tail -n +2 stdout | awk -F, '{printf "%.4f\n", log($1 / $2)}' >want
    run predict d.st --proba <(cut -d, -f2- "$pets")
    tail -n +2 stdout | awk -F, '{printf "%.4f\n", log($4 / $2)}' >got
    expect_same got want
}

# A class with a single sample trains; that nothing validates it is said.
test_a_rare_class_trains() {
    pets rare.csv cat dog owl
    echo "yak,1,2,3,4,5,6,7,8,9,8,7,6,5,4,3,2" >>rare.csv
    pets_config r.yaml rare.csv 'cat, dog, owl, yak' 4
    run fit r.yaml -o r.st --epochs 1
    expect_status 0
    expect_line stderr '^cnnctl fit: warning: no sample to validate with: yak$'
    run fit r.yaml -o s.st --epochs 1 -s data.split.stratify=false \
        -s data.split.eval_size=0.9
    expect_error 78 "class '.*' has no sample left to train on"
}

# Parts cut otherwise than the run cut them may hold what it trained on.
test_another_split_or_other_data_is_said() {
    need_pets
    run evaluate "$trained" "$SHARED/pets.yaml" --split valid
    expect_status 0
    expect_no_line stderr warning
    run evaluate "$trained" "$SHARED/pets.yaml" --split valid \
        -s data.split.eval_size=0.5
    expect_status 0
    expect_line stderr 'warning: the model was trained with data\.split \{eval_size: 0\.2,.*cut by data\.split \{eval_size: 0\.5,'
    expect_no_line stderr fingerprint
    pets other.csv cat dog owl
    sed -i '1s/,[0-9]*/,77/' other.csv
    run evaluate "$trained" "$SHARED/pets.yaml" --split valid \
        -s "data.train.csv=other.csv"
    expect_status 0
    expect_line stderr 'warning: the model was trained on other data: fingerprint [0-9a-f]{12}, of these samples [0-9a-f]{12}'
}

# The cells of a confusion matrix grow with the square of the classes.
test_many_classes() {
    seq 0 1499 | awk '{print $1 "," $1 % 7 "," $1 % 11}' >many.csv
    cat >many.yaml <<'END'
data: {train: {csv: many.csv}, test: {csv: many.csv}, normalize: none, split: {eval_size: 0}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 1500, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    run fit many.yaml -q -o many.st
    expect_status 0
    run evaluate many.st many.yaml --json
    expect_status 0
    expect_line stdout '"confusion": null'
    run evaluate many.st many.yaml
    expect_line stderr 'the confusion matrix of 1500 classes is in --json with --confusion'
    run evaluate many.st many.yaml --json --confusion
    expect_line stdout '"confusion": \['
}

# Labels 0 and 1 whose names are china and flower.
need_named() {
    for i in 1 2 3 4 5 6 7 8 9; do printf '0,%s,0.%s\n1,0.%s,%s\n' $i $i $i $i; done >n.csv
    cat >n.yaml <<'END'
data:
  train: {csv: n.csv}
  split: {eval_size: 1/3}
  classes: {1: flower, 0: china}
layers: [input: {shape: [2]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {max_epochs: 60, batch_size: 6, update: adam, learning_rate: 0.1}
END
    run fit n.yaml -o n.st -q
    expect_status 0
}

test_labels_have_names() {
    need_named
    run checkpoint show n.st
    expect_line stdout '^classes        flower china$'
    run predict n.st --labelled n.csv
    expect_status 0
    awk -F, '{print $1 ? "flower" : "china"}' n.csv >want
    expect_same stdout want
    run data stats n.yaml --json
    expect_line stdout '"china": 9'
    for words in '--csv n.csv' 'n.yaml --split train'; do
        # shellcheck disable=SC2086 # a list of words
        run evaluate n.st $words --fail-under accuracy=1
        expect_status 0
        expect_line stdout '^china +1\.00000 '
    done
    # A name is no label, whether a document speaks or the model alone.
    sed 's/^0,/china,/; s/^1,/flower,/' n.csv >words.csv
    for words in '--csv words.csv' 'n.yaml -s data.test.csv=words.csv'; do
        # shellcheck disable=SC2086
        run evaluate n.st $words
        expect_error 78 "label '(china|flower)' of sample [01] has no name in data.classes$"
    done
    # Another document may call the same classes otherwise, by other labels.
    sed 's/^0,/c,/; s/^1,/f,/' n.csv >letters.csv
    run evaluate n.st n.yaml -s 'data.test={csv: letters.csv}' \
        -s 'data.classes={c: china, f: flower}' --fail-under accuracy=1
    expect_status 0
    run fit n.yaml -o n.st -q --resume --epochs 61
    expect_status 0
    run config show n.yaml
    expect_line stdout "^  classes: \{'1': flower, '0': china\}\$"
}

test_a_label_without_a_name() {
    need_named
    sed '4s/^1/7/' n.csv >seven.csv
    run fit n.yaml -o s.st -q -s data.train.csv=seven.csv
    expect_error 78 "data.train: label '7' of sample 3 has no name in data.classes"
    run evaluate n.st --csv seven.csv
    expect_error 78 "label '7' of sample 3 has no name in data.classes"
    run fit n.yaml -o s.st -q -s 'data.classes=["0", "2"]'
    expect_error 78 "^n\.yaml: error: data\.train: label '1' of sample 1 is none of the 2 names in data\.classes\$"
}
