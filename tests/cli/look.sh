# shellcheck shell=bash
# Pictures of what a network does with a sample, by their numbers.

# $rows: 24 images of two channels of 5x6, a class in front; $flat: the same
# without it.  $eye: a network of them; $one and $many: one output for two
# classes, and labels of their own.
need_eyes() {
    rows=$SHARED/rows6.csv flat=$SHARED/flat6.csv eye=$SHARED/eye.st
    one=$SHARED/one.st
    [ ! -e "$one" ] || return 0
    awk 'BEGIN {
        srand(3)
        for (i = 0; i < 24; i++) {
            printf "%s", substr("cat,dog,\"e,l\"", i % 3 * 4 + 1, i % 3 < 2 ? 3 : 5)
            for (p = 0; p < 60; p++)
                printf ",%d", rand() * 100 + (p % 3 == i % 3) * 50
            print ""
        }
    }' >"$rows"
    sed 's/^[a-z]*,//; s/^"e,l",//' "$rows" >"$flat"
    cat >"$SHARED/eye.yaml" <<'YAML'
data:
  train: {csv: rows6.csv}
  split: {eval_size: 0}
layers:
  - input: {shape: [2, 5, 6]}
  - conv2d: {name: c1, num_filters: 4, filter_size: 3, pad: 1, nonlinearity: tanh}
  - batchnorm: {name: b1}
  - conv2d: {name: c2, num_filters: 3, filter_size: 2, nonlinearity: tanh}
  - dropout: {name: drop}
  - dense: {name: out, num_units: 3, nonlinearity: softmax}
train: {max_epochs: 3, batch_size: 8, learning_rate: 0.003}
YAML
    run fit "$SHARED/eye.yaml" -o "$eye" -q
    expect_status 0
    grep -v '^"' "$rows" >"$SHARED/two.csv"
    run fit "$SHARED/eye.yaml" -o "$one" -q -s data.train.csv="$SHARED/two.csv" \
        -s train.loss=binary_crossentropy -s layers.out.num_units=1 \
        -s layers.out.nonlinearity=sigmoid
    expect_status 0
}

# Rows of row 1 of $flat with a square of $1 centred on every pixel, of value $2.
hide() { # SIDE VALUE ROW
    sed -n "$3p" "$flat" | awk -F, -v half=$(($1 / 2)) -v fill="$2" '{
        for (y = 0; y < 5; y++)
            for (x = 0; x < 6; x++) {
                for (p = 0; p < 60; p++) {
                    dy = int(p % 30 / 6) - y; dx = p % 6 - x
                    inside = dy * dy <= half * half && dx * dx <= half * half
                    printf "%s%s", p ? "," : "", inside ? fill : $(p + 1)
                }
                print ""
            }
    }'
}

# The values of a CSV, a line each.
values() { # FILE
    tail -n +2 "$1" | sed 's/.*,//'
}

# Numbers that are the same floats, one with the fewest digits, one with nine:
# each is at most half a unit in the last place off.
expect_floats() { # FILE FILE
    paste "$1" "$2" | awk '
        {off = $1 - $2; off = off < 0 ? -off : off; size = $2 < 0 ? -$2 : $2}
        NF != 2 || off > 6.1e-8 * size {print; bad = 1}
        END {exit bad || NR == 0}' >off ||
        fail "$1 and $2 are other numbers:" "$(head off)"
}

test_occlusion_is_what_predict_says_of_hidden_squares() {
    need_eyes
    for side in 1 3 7; do
        run plot occlusion "$eye" "$flat" --index 4,0 --square $side --fill 17 \
            --labels 'dog,"e,l"' --data map.csv --force
        expect_status 0
        expect_no_stdout
        [ "$(head -n 1 map.csv)" = image,y,x,value ] || fail "the header"
        hide $side 17 5 >hidden.csv
        hide $side 17 1 >>hidden.csv
        run predict "$eye" --proba hidden.csv
        [ "$(head -n 1 stdout)" = 'cat,dog,"e,l"' ] || fail "the classes"
        tail -n +2 stdout | awk -F, '{print NR <= 30 ? $2 : $3}' >want
        values map.csv >got
        expect_floats got want
        tail -n +2 map.csv | cut -d, -f1-3 >places
        for image in 4 0; do
            for y in 0 1 2 3 4; do
                for x in 0 1 2 3 4 5; do echo "$image,$y,$x"; done
            done
        done >want
        expect_same places want
    done
}

test_occlusion_without_labels_explains_the_prediction() {
    need_eyes
    run plot occlusion "$eye" "$flat" --fill 0 --data - -q
    expect_status 0
    cp stdout map.csv
    expect_line_count map.csv 151
    run predict "$eye" "$flat"
    classes=$(head -n 5 stdout)
    for i in 1 2 3 4 5; do hide 7 0 $i; done >hidden.csv
    run predict "$eye" --proba hidden.csv
    tail -n +2 stdout | awk -F, -v classes="$classes" '
        BEGIN {split(classes, name, "\n"); at["cat"] = 1; at["dog"] = 2; at["e,l"] = 3}
        {print $at[name[int((NR - 1) / 30) + 1]]}' >want
    values map.csv >got
    expect_floats got want
    tail -n +2 map.csv | cut -d, -f1 | uniq -c | awk '{print $2, $1}' >counts
    expect_stream counts '0 30' '1 30' '2 30' '3 30' '4 30'
}

test_occlusion_hides_with_the_mean() {
    need_eyes
    mean=$(run data stats "$SHARED/eye.yaml" && sed -n 's/^mean *//p' stdout)
    run plot occlusion "$eye" "$flat" --index 2 --square 3 --data map.csv --force
    expect_status 0
    hide 3 "$mean" 3 >hidden.csv
    run predict "$eye" "$flat"
    class=$(sed -n 3p stdout)
    run predict "$eye" --format jsonl --proba hidden.csv
    sed "s/.*\"$class\": \([0-9.e-]*\).*/\1/" stdout >want
    values map.csv | paste - want | awk '
        ($1 - $2)^2 > 1e-12 {print; bad = 1} END {exit bad || NR != 30}' >off ||
        fail "the mean is another" "$(head off)"
}

test_occlusion_of_one_output_for_two_classes() {
    need_eyes
    local at=0 class
    for class in cat dog; do
        at=$((at + 1))
        run plot occlusion "$one" "$flat" --index 1 --square 3 --fill 9 \
            --labels $class --data - -q
        expect_status 0
        values stdout >got
        hide 3 9 2 >hidden.csv
        run predict "$one" --proba hidden.csv
        tail -n +2 stdout | cut -d, -f$at >want
        expect_floats got want
    done
}

test_pictures_of_a_label_among_several() {
    need_eyes
    {
        seq 0 59 | sed 's/^/p/' | paste -sd, | sed 's/$/,bright,left/'
        awk -F, '{print $0 "," ($1 + $9 > 90) "," ($3 > $4)}' "$flat"
    } >labels.csv
    run fit "$SHARED/eye.yaml" -o labels.st -q -s layers.out.num_units=2 \
        -s "data.train={csv: $PWD/labels.csv, label_columns: [bright, left]}" \
        -s train.loss=binary_crossentropy -s layers.out.nonlinearity=sigmoid
    expect_status 0
    local at=0 label
    for label in bright left; do
        at=$((at + 1))
        run plot occlusion labels.st "$flat" --index 1 --square 3 --fill 9 \
            --labels $label --data - -q
        expect_status 0
        values stdout >got
        hide 3 9 2 >hidden.csv
        run predict labels.st --proba hidden.csv
        tail -n +2 stdout | cut -d, -f$at >want
        expect_floats got want
        run plot saliency labels.st "$flat" --index 1 --class $label --data - -q
        cp stdout map.csv
        std=$(run checkpoint show labels.st &&
            sed -n 's/^normalization.* //p' stdout)
        differences labels.st 2 $at 0.5 | expect_slopes map.csv "$std"
    done
    run plot occlusion labels.st "$flat" --labels top --index 0
    expect_error 78 "no class is called 'top'"
}

test_threads_ways_in_and_formats_do_not_change_a_bit() {
    need_eyes
    for kind in occlusion saliency; do
        run plot $kind "$eye" "$flat" --data - -q
        expect_status 0
        cp stdout all
        for threads in 1 2 3; do
            run plot $kind "$eye" "$flat" --data - -q --threads $threads
            expect_same stdout all
        done
        run plot $kind "$eye" - --data - -q <"$flat"
        expect_same stdout all
        run plot $kind "$eye" --labelled "$rows" --data - -q
        expect_same stdout all
        head -n 2 "$flat" >a.csv
        tail -n +3 "$flat" >b.csv
        run plot $kind "$eye" a.csv b.csv --data - -q
        expect_same stdout all
        head -n 1 all >some
        grep -E '^[12],' all >>some
        run plot $kind "$eye" a.csv b.csv --index 1,2 --data - -q
        expect_same stdout some
        head -n 2 "$flat" >few.csv
        run plot $kind "$eye" few.csv --data - -q
        grep -E '^([01]|image),' all >some
        expect_same stdout some
    done
}

# Central differences of log p by the raw values, of row $1, class column $2.
differences() { # MODEL ROW COLUMN STEP
    sed -n "$2p" "$flat" | awk -F, -v h="$4" '{
        for (p = 1; p <= 60; p++)
            for (side = -1; side <= 1; side += 2) {
                for (k = 1; k <= 60; k++)
                    printf "%s%.9g", (k > 1 ? "," : ""), $k + (k == p) * side * h
                print ""
            }
    }' >moved.csv
    run predict "$1" --proba moved.csv
    tail -n +2 stdout | awk -F, -v at="$3" -v h="$4" '
        NR % 2 {below = log($at); next}
        {print (log($at) - below) / (2 * h)}'
}

# The differences on standard input, of both channels, are those that the map
# FILE is of; a raw value is STD normalized ones.
expect_slopes() { # FILE STD
    awk -v std="$2" '
        {d = $1 * std; d = (d < 0 ? -d : d)}
        NR <= 30 {first[NR] = d; next}
        {print (d > first[NR - 30] ? d : first[NR - 30])}' >want
    values "$1" | paste - want | awk '
        {off = $1 - $2; size = $2 > 0.01 ? $2 : 0.01}
        off * off > 1e-4 * size * size {print; bad = 1}
        $2 > most {most = $2}
        END {exit bad || NR != 30 || most < 0.01}' >off ||
        fail "other slopes:" "$(head off)"
}

test_saliency_is_the_slope_of_what_predict_says() {
    need_eyes
    std=$(run data stats "$SHARED/eye.yaml" && sed -n 's/^std *//p' stdout)
    for class in cat dog 'e,l'; do
        run plot saliency "$eye" "$flat" --index 6 --class "$class" \
            --data map.csv --force
        expect_status 0
        at=$(case $class in cat) echo 1 ;; dog) echo 2 ;; *) echo 3 ;; esac)
        differences "$eye" 7 "$at" 0.5 | expect_slopes map.csv "$std"
    done
}

test_saliency_of_one_output_for_two_classes() {
    need_eyes
    std=$(run data stats "$SHARED/eye.yaml" -s data.train.csv="$SHARED/two.csv" &&
        sed -n 's/^std *//p' stdout)
    local at=0 class
    for class in cat dog; do
        at=$((at + 1))
        run plot saliency "$one" "$flat" --index 0 --class $class --data map.csv --force
        expect_status 0
        differences "$one" 1 $at 0.5 | expect_slopes map.csv "$std"
    done
}

test_activity_is_what_predict_prints_of_a_layer() {
    need_eyes
    for layer in input0 c1 b1 c2 drop; do
        run predict "$eye" --layer $layer "$flat"
        sed -n 4p <(tail -n +2 stdout) | tr , '\n' >want
        run plot activity "$eye" "$flat" --index 3 --layer $layer --data map.csv --force
        expect_status 0
        values map.csv >got
        expect_floats got want
    done
    [ "$(head -n 1 map.csv)" = channel,y,x,value ] || fail "the header"
    [ "$(tail -n 1 map.csv | cut -d, -f1-3)" = 2,3,4 ] || fail "the places"
    run plot activity "$eye" "$flat" --index 3 --data first.csv
    run plot activity "$eye" "$flat" --index 3 --layer c1 --data c1.csv
    expect_same first.csv c1.csv
}

# The numbers of a tensor of a model file, byte by byte.
tensor() { # MODEL NAME
    local length begin end
    length=$(od -An -tu8 -N8 "$1" | tr -d ' ')
    read -r begin end < <(tail -c +9 "$1" | head -c "$length" |
        sed "s/.*\"$2\":{[^}]*\"data_offsets\":\[\([0-9]*\),\([0-9]*\)\].*/\1 \2/"
        echo)
    tail -c +$((9 + length + begin)) "$1" | head -c $((end - begin)) |
        od -An -v -w4 -tf4 | awk '{printf "%.9g\n", $1}'
}

test_weights_are_those_of_the_file() {
    need_eyes
    for layer in c1 c2 out; do
        tensor "$eye" "$layer.weight" >want
        run plot weights "$eye" --layer $layer --data map.csv --force
        expect_status 0
        values map.csv >got
        expect_floats got want
    done
    [ "$(head -n 1 map.csv)" = filter,channel,y,x,value ] || fail "the header"
    # A row of a dense layer has the form of its input, 3x4x5.
    expect_line_count map.csv 181
    [ "$(tail -n 1 map.csv | cut -d, -f1-4)" = 2,2,3,4 ] || fail "the places"
    run plot weights "$eye" --data first.csv
    run plot weights "$eye" --layer c1 --channel 1 --data c1.csv
    expect_same first.csv c1.csv
}

test_the_terminal_says_what_is_seen() {
    need_eyes
    run predict "$eye" --top-k 1 "$flat"
    read -r class p < <(sed -n 2p stdout | tr '\t' ' ')
    said="predicted $class \($(printf %.3f "$p")\)"
    run plot occlusion "$eye" "$flat" --index 1 --labels cat
    expect_status 0
    expect_line stdout 'square of 7x7'
    expect_line stdout "sample 1"
    expect_line stdout "label cat"
    expect_line stdout "$said"
    run plot saliency "$eye" "$flat" --index 1
    expect_line stdout "$said"
    run plot saliency "$eye" "$flat" --index 1 --class dog
    expect_line stdout '^of dog'
    expect_no_line stdout label
    expect_line stdout "$said"
    run plot activity "$eye" "$flat" --index 1
    expect_line stdout "c1: sample 1, $said"
    expect_line stdout '4 maps of 5x6'
    run plot weights "$eye"
    expect_line stdout 'c1: 4 filters of 2x3x3'
    expect_line stdout 'channel 1'
    run plot weights "$eye" --layer c2
    expect_line stdout 'c2: 3 filters of 4x2x2, mean over the channels'
    run plot weights "$eye" --layer c2 --channel 2
    expect_line stdout 'c2: 3 filters of 4x2x2, channel 2'
    run plot weights "$eye" --layer out
    expect_line stdout 'out: weights of 3 units \(rows\) and 60 inputs'
}

test_what_cannot_be_drawn_is_refused() {
    need_eyes
    head -n 3 "$flat" >three.csv
    # shellcheck disable=SC2086 # words
    while IFS='|' read -r want words pattern; do
        run plot $words -o x.png --data x.csv
        expect_status "$want"
        expect_no_stdout
        expect_line stderr "$pattern"
        [ "$(grep -c error: stderr)" = 1 ] || fail "more than one error"
        expect_no_file x.png
        expect_no_file x.csv
        expect_no_temporary
    done <<END
64|occlusion $eye three.csv --index 3|^cnnctl plot occlusion: error: --index: 3, there are 3 samples
64|saliency $eye three.csv --index 0,9|--index: 9, there are 3 samples
64|activity $eye three.csv --index 0,1|--index: 2 samples, at most 1
64|occlusion $eye three.csv --index -1|--index: '-1' is no whole number
64|occlusion $eye three.csv --index 1,,2|--index: a number is empty
64|occlusion $eye three.csv --square 4|--square: 4 is even
64|occlusion $eye three.csv --labels cat|--labels: 1 name, there are 3 samples
78|occlusion $eye three.csv --labels cat,dgo,cat|--labels: no class is called 'dgo'; did you mean dog\?$
78|saliency $eye three.csv --class cow|--class: no class is called 'cow'$
64|activity $eye three.csv --layer out|--layer: 'out' has no picture; those that have: input0, c1, b1, c2, drop$
64|activity $eye three.csv --layer c3|the model has no layer 'c3'; those that have a picture: input0, c1, b1, c2, drop$
64|weights $eye --layer drop|'drop' has no picture; those that have: c1, c2, out$
64|weights $eye --layer c2 --channel 4|--channel: 4, the filters of layer c2 have 4
64|weights $eye --layer out --channel 0|--channel: the weights of layer out are one image
66|occlusion $eye none.csv|none.csv
65|activity $SHARED/eye.yaml three.csv|eye.yaml
64|occlusion $eye - -|standard input is named twice
64|saliency $eye three.csv --array x|--array: three.csv is no archive
END
    : >empty.csv
    run plot saliency "$eye" empty.csv --data -
    expect_error 65 'empty.csv: error: has no samples'
}

test_models_without_probabilities_of_images_are_refused() {
    need_eyes
    cat >r.yaml <<YAML
data: {train: {csv: $rows}, split: {eval_size: 0}}
layers:
  - input: {shape: [60]}
  - dense: {name: out, num_units: 3, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
YAML
    run fit r.yaml -o flat.st -q
    expect_status 0
    run plot occlusion flat.st "$flat"
    expect_error 64 "flat.st: the network's input is no image"
    run plot activity flat.st "$flat"
    expect_error 64 'no layer of the model has a picture'
    run plot weights flat.st --data -
    expect_status 0
    expect_line_count stdout 181
    run fit r.yaml -o numbers.st -q -s layers.out.num_units=1 \
        -s layers.out.nonlinearity=linear -s train.regression=true \
        -s data.train="{csv: $flat, target_columns: [0]}" \
        -s layers.input0.shape=[59]
    expect_status 0
    run plot saliency numbers.st "$flat"
    expect_error 64 'numbers.st: a model of numbers has no probabilities'
    run fit "$SHARED/eye.yaml" -o scores.st -q -s data.train.csv="$rows" \
        -s layers.out.nonlinearity=linear -s train.loss=multiclass_hinge
    expect_status 0
    run plot occlusion scores.st "$flat"
    expect_error 64 'scores.st: the outputs of the last layer are no probabil'
}

test_files_that_are_images() {
    need_model
    need_digits
    run data convert --images "$images" --labels "$labels" -o pictures/ -q
    expect_status 0
    mapfile -t files < <(find pictures -name '*.png' | sort | head -n 2)
    run plot saliency "$model" "${files[@]}" --data - -q
    expect_status 0
    expect_line_count stdout $((1 + 2 * 784))
    cp stdout two
    run plot saliency "$model" "${files[1]}" --data - -q
    tail -n +2 stdout | sed 's/^0/1/' >second
    tail -n 784 two >want
    expect_same second want
}

test_predict_explains_with_the_top_three_and_the_map() {
    need_eyes
    head -n 11 "$flat" >some.csv
    run predict "$eye" --top-k 3 some.csv
    awk -F'\t' '{
        print "sample " NR - 1
        for (i = 1; i <= NF; i++) {
            at = match($i, / [^ ]*$/)
            printf "%s %.3f\n", substr($i, 1, at - 1), substr($i, at + 1)
        }
    }' stdout >want
    run plot occlusion "$eye" some.csv --index 0,1,2,3,4,5,6,7,8,9,10 --data - -q
    tail -n +2 stdout | awk -F, '
        !($1 in low) {low[$1] = high[$1] = $4; order[n++] = $1}
        $4 < low[$1] {low[$1] = $4}
        $4 > high[$1] {high[$1] = $4}
        END {for (i = 0; i < n; i++)
            printf "p %.3f .. %.3f\n", low[order[i]], high[order[i]]}' >ranges
    run predict "$eye" --explain some.csv
    expect_status 0
    expect_no_stderr
    grep -oE '^(sample [0-9]+|(cat|dog|e,l) [0-9.]+)' stdout >got
    expect_same got want
    grep -oE 'p [0-9.]+ \.\. [0-9.]+' stdout >got
    expect_same got ranges
    cp stdout all
    run predict "$eye" --explain --threads 3 - <some.csv
    expect_same stdout all
    run predict "$eye" --explain --labelled "$rows"
    head -n "$(wc -l <all)" stdout >first
    expect_same first all
    { cat some.csv && echo 1,2; } >bad.csv
    run predict "$eye" --explain bad.csv
    expect_status 65
    expect_line stderr '^bad.csv:12:'
    expect_same stdout all
}

test_predict_explains_nothing_else() {
    need_eyes
    # shellcheck disable=SC2086 # words
    for words in --proba --logits '--top-k 2' '--layer c1' '--format csv' \
        '--pass 0' '--threshold 0.5' '--unsure ?' '--on-error record' '-o x'; do
        run predict "$eye" --explain $words "$flat"
        expect_error 64 'not together with --|needs --threshold'
        expect_no_file x
    done
    run predict "$one" --explain "$flat"
    expect_status 0
    expect_line stdout '^dog [0-9.]+$'
    cat >r.yaml <<YAML
data: {train: {csv: $rows}, split: {eval_size: 0}}
layers:
  - input: {shape: [60]}
  - dense: {name: out, num_units: 3, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
YAML
    run fit r.yaml -o flat.st -q
    run predict flat.st --explain "$flat"
    expect_error 64 "--explain: the network's input is no image"
}

test_samples_of_another_scale_are_told_once() {
    need_eyes
    awk -F, -v OFS=, '{for (i = 1; i <= NF; i++) $i /= 255; print}' "$flat" >small.csv
    while read -r -a words; do
        run "${words[@]}" "$eye" small.csv small.csv
        expect_status 0
        expect_line stderr "warning: small.csv: the largest \|x\| of a sample"
        expect_line_count stderr 1
        run "${words[@]}" "$eye" "$flat"
        expect_no_stderr
    done <<'END'
plot occlusion
plot saliency
plot activity
predict --explain
END
}
