# shellcheck shell=bash
# info, config, data, checkpoint.

test_info_prints_heading_table_and_parameters() {
    small_config c.yaml
    run info c.yaml
    expect_status 0
    expect_no_stderr
    [ "$(head -n 1 stdout)" = '# Neural Network with 2594 learnable parameters' ] ||
        fail "the heading"
    expect_line stdout '^ +3  dense3 +16$'
}

test_info_of_the_model_is_that_of_its_config() {
    need_model
    run info "$config"
    sed -n '/^# Neural/,/^ *5 /p' stdout >table
    run info "$model"
    expect_status 0
    sed -n '/^# Neural/,/^ *5 /p' stdout >model-table
    expect_same table model-table
}

test_info_json_is_one_document() {
    small_config c.yaml
    run info c.yaml --json
    expect_status 0
    expect_no_stderr
    for key in parameters trainable macs memory findings layers; do
        expect_line stdout "\"$key\":"
    done
    expect_line stdout '"parameters": *2594[^0-9]'
}

test_info_of_the_tutorials_networks() {
    for row in net0:753610 net1:122154 net2:273930 net3:166314 net4:353738; do
        run info "$ROOT/configs/tutorial/${row%:*}.yaml"
        expect_status 0
        expect_line stdout "^# Neural Network with ${row#*:} learnable parameters$"
    done
}

test_info_shows_the_table_down_to_the_last_good_layer() {
    small_config c.yaml
    run info c.yaml -s layers.conv2d1.filter_size=29
    expect_status 78
    expect_line stdout '^ +0  input0 +1x28x28$'
    expect_line stderr '^(c\.yaml:8:5|--set #1): error: layers\[1\] conv2d1.*29x29'
}

test_every_config_of_the_repository_is_sound() {
    for file in "$ROOT"/configs/*.yaml "$ROOT"/configs/*/*.yaml; do
        run config check "$file"
        expect_status 0
        expect_no_stdout
    done
}

test_the_example_of_the_man_page_is_sound() {
    sed -n '/^\.Bd -literal$/,/^\.Ed$/p' "$ROOT/man/cnnctl-config.5.in" |
        sed '/^\./d' >page.yaml
    expect_line page.yaml '^layers:$'
    run config check page.yaml
    expect_status 0
    expect_no_stderr
}

test_config_show_resolves_to_itself() {
    for file in "$ROOT"/configs/*.yaml "$ROOT"/configs/*/*.yaml; do
        run config show "$file"
        expect_status 0
        cp stdout once.yaml
        run config check once.yaml
        expect_status 0
        run config show once.yaml
        expect_status 0
        expect_same stdout once.yaml
    done
}

test_data_stats() {
    small_config c.yaml
    run data stats c.yaml --json
    expect_status 0
    for key in samples shape classes mean std; do
        expect_line stdout "\"$key\":"
    done
    expect_line stdout '"samples": *(200|150)[^0-9]'
    need_digits
    run data stats --csv "$digits" --json
    expect_status 0
    expect_line stdout '"samples": *60[^0-9]'
}

test_data_show_is_deterministic() {
    small_config c.yaml
    run data show c.yaml --split test --index 0
    expect_status 0
    [ "$(wc -l <stdout)" -ge 10 ] || fail "too small a picture"
    cp stdout once
    run data show c.yaml --split test --index 0
    expect_same stdout once
    run data show c.yaml --split test --index 60
    [ "$status" -ne 0 ] || fail "the index is out of range"
}

test_data_convert_there_and_back() {
    need_digits
    run data convert --images "$images" --labels "$labels" -o x.csv
    expect_status 0
    grep -v label x.csv >plain.csv || true
    cp "$digits" expected.csv
    expect_same plain.csv expected.csv
    run data convert --csv x.csv --images i --labels l
    expect_status 0
    run data stats --images i --labels l --json
    cp stdout back
    run data stats --images "$images" --labels "$labels" --json
    expect_same stdout back
    run data convert --images "$images" --labels "$labels" -o x.csv.gz
    expect_status 0
    gzip -dc x.csv.gz >unpacked.csv
    expect_same unpacked.csv x.csv
}

test_data_convert_of_a_configuration() {
    small_config c.yaml
    run data convert c.yaml --split test -o test.csv
    expect_status 0
    expect_no_stdout
    expect_no_stderr
    expect_line_count test.csv 60
    run data stats c.yaml --split test --json
    grep -v '"shape"\|^ *\(1\|28\),\?$\|\]' stdout >there
    run data stats --csv test.csv --json
    grep -v '"shape"\|^ *784$\|\]' stdout >back
    expect_same there back
    run data convert c.yaml -o all.csv.gz -s data.train.limit=150
    expect_status 0
    [ "$(gzip -dc all.csv.gz | wc -l)" -eq 150 ] || fail "the limit is lost"
    # Both parts together are the source.
    for part in train valid; do
        run data convert c.yaml --split "$part" -o "$part.csv"
        expect_status 0
    done
    expect_line_count valid.csv 50
    run data convert c.yaml -o all.csv
    sort train.csv valid.csv >parts
    sort all.csv >whole
    expect_same parts whole
}

test_data_convert_quotes_labels() {
    printf '"a,b",1,2\n"say ""x""",3,4.5\nplain,5,6\n' >in.csv
    printf 'data: {train: {csv: in.csv}}\nlayers: [input: {shape: [2]}, dense: {num_units: 3}]\n' >c.yaml
    run data convert c.yaml -o out.csv
    expect_status 0
    expect_same in.csv out.csv
    run data convert c.yaml -o out.csv
    expect_error 73 '^out\.csv: error: exists; --force replaces it$'
    run data convert c.yaml -o out.csv --force
    expect_status 0
}

test_data_convert_wrong_usage() {
    small_config c.yaml
    run data convert c.yaml
    expect_error 64 '^cnnctl data convert: error: --output: is needed'
    run data convert -o x.csv
    expect_error 64 '^cnnctl data convert: error: expected labelled samples: CONFIG, or --csv'
    run data convert c.yaml --images i --labels l -o x.csv
    expect_error 64 '^cnnctl data convert: error: --output: not together with --images beside CONFIG$'
    run data convert c.yaml --csv x.csv --images i --labels l
    expect_error 64 '^cnnctl data convert: error: .*one of them'
    run data convert --csv x.csv --images i
    expect_error 64 '^cnnctl data convert: error: --images: needs --labels'
    run data convert --csv x.csv --images i --labels l -o y.csv
    expect_error 64 '^cnnctl data convert: error: --output: not together'
    run data convert --images i --labels l --split test -o x.csv
    expect_error 64 '^cnnctl data convert: error: --split: needs a CONFIG'
    run data stats --csv x.csv --set seed=1
    expect_error 64 '^cnnctl data stats: error: --set: needs a CONFIG'
    sed -i '/^  test:/d' c.yaml
    run data convert c.yaml --split test -o x.csv
    expect_error 78 '^c\.yaml: error: data\.test: is missing'
    expect_no_file x.csv
}

test_checkpoint_show_verify_diff() {
    need_model
    run checkpoint show "$model" --json
    expect_status 0
    for key in epoch best_epoch update_count classes normalization history \
        tensors; do
        expect_line stdout "\"$key\":"
    done
    run checkpoint verify "$model"
    expect_status 0
    run checkpoint diff "$model" "$model"
    expect_status 0
    run fit "$config" -o other.safetensors -s seed=1
    run checkpoint diff "$model" other.safetensors
    expect_status 1
    expect_line stdout 'conv2d1\.weight'
    head -c 3000 "$model" >broken
    run checkpoint verify broken
    expect_status 65
}

test_checkpoint_save_and_load() {
    need_model
    run checkpoint save "$config" -o fresh.safetensors
    expect_status 0
    run checkpoint load "$model" --into "$config" -o copy.safetensors
    expect_status 0
    need_digits
    run predict "$model" "$rows" --proba
    cp stdout trained
    run predict copy.safetensors "$rows" --proba
    expect_same stdout trained
    run predict fresh.safetensors "$rows" --proba
    ! cmp -s stdout trained || fail "the fresh model is trained"
}

# As torch's safetensors writes them: its own `format`, counters of batch
# normalization as 64-bit integers, other types where somebody converted.
test_checkpoint_load_of_a_foreign_file() {
    cat >c.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
END
    weight='"dense1.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}'
    bias='"dense1.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}'
    counter='"bn1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[24,32]}'
    wrong='"dense1.bias":{"dtype":"I16","shape":[2],"data_offsets":[16,20]}'
    write_store pt "{\"__metadata__\":{\"format\":\"pt\"},$weight,$bias,$counter}" 32
    run checkpoint load pt --into c.yaml -o out
    expect_status 0
    expect_stdout 'dense1.weight: loaded' 'dense1.bias: loaded' \
        'bn1.num_batches_tracked: is I64, left out'
    printf '1,2\n' >rows
    run predict out rows --proba
    expect_stdout 0,1 0.5,0.5
    run checkpoint diff pt pt
    expect_status 0
    expect_stderr 'cnnctl checkpoint diff: warning: bn1.num_batches_tracked is I64 and has not been compared'
    write_store wrong "{$weight,$wrong}" 20
    run checkpoint load wrong --into c.yaml -o other
    expect_status 65
    expect_line stdout '^dense1\.bias: expected 2 floats, is I16 of shape \[2\] in wrong$'
    expect_line stderr '^wrong: error: 1 parameter does not match'
    expect_no_file other
    run checkpoint load wrong --into c.yaml -o other --partial
    expect_status 0
    run checkpoint diff pt wrong
    expect_status 1
    expect_line stdout '^dense1\.bias: only in pt$'
    for command in 'checkpoint show' 'checkpoint verify' info; do
        # shellcheck disable=SC2086 # a list of words
        run $command pt
        expect_error 65 '^pt: error: is not a model of cnnctl'
    done
}

# Bytes at an odd place, halves, doubles, nothing at all and seven axes.
test_checkpoint_load_of_other_floats() {
    cat >c.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
END
    write_store x '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"dense1.weight":{"dtype":"F16","shape":[2,2],"data_offsets":[1,9]},"dense1.bias":{"dtype":"F64","shape":[2],"data_offsets":[9,25]},"none":{"dtype":"BF16","shape":[7,0],"data_offsets":[25,25]},"many":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[25,29]}}' 0
    # 1, 0, 0, 1 and 0.5, -0.5
    printf '\0\0\074\0\0\0\0\0\074\0\0\0\0\0\0\340\077\0\0\0\0\0\0\340\277\0\0\0\0' >>x
    run checkpoint load x --into c.yaml -o out
    expect_status 65
    expect_line stdout '^many: only in x$'
    run checkpoint load x --into c.yaml -o out --partial
    expect_status 0
    expect_stdout 'dense1.weight: loaded' 'dense1.bias: loaded' \
        'a: is U8, left out' 'many: only in x' 'none: is empty, left out'
    printf '0,0\n1,0\n' >rows
    run predict out rows --proba
    expect_line stdout '^0\.731058[0-9]*,0\.268941[0-9]*$'
    expect_line stdout '^0\.880797[0-9]*,0\.119202[0-9]*$'
}

# 0x7fc00000 is NaN, 0x7f800000 infinite.
test_weights_that_are_no_numbers_are_refused() {
    cat >c.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1, nonlinearity: softmax}
END
    header='{"dense1.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"fc":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    write_store x "$header" 4
    for last in '\300\177' '\200\377'; do
        # shellcheck disable=SC2059 # the format is the bytes
        { write_store x "$header" 6 && printf "$last" >>x; }
        run checkpoint load x --into c.yaml -o out --map fc=dense1.bias
        expect_status 65
        expect_line stderr '^x: error: tensor fc holds a number that is not finite$'
        expect_no_file out
    done
}

test_checkpoint_strip() {
    need_model
    need_digits
    run checkpoint strip "$model" -o small
    expect_status 0
    expect_no_stdout
    [ "$(stat -c %s small)" -lt "$(stat -c %s "$model")" ] || fail "no smaller"
    run checkpoint verify small
    expect_status 0
    run checkpoint show "$model"
    mv stdout all
    run checkpoint show small
    expect_no_line stdout 'train\.'
    diff <(sed '/^train\./d; /^--/d; s/  *$//; s/  */ /g' all) \
        <(sed '/^--/d; s/  *$//; s/  */ /g' stdout) || fail "shown otherwise"
    run predict "$model" "$rows" --proba
    mv stdout all
    run predict small "$rows" --proba
    expect_same stdout all
    run checkpoint strip small -o again
    expect_same small again
    run fit "$config" -o small --resume
    expect_error 73 'small: error: holds no training state to resume'
    run checkpoint strip "$model" -o small
    expect_error 73 'small: error: exists; --force replaces it'
    run checkpoint strip small -o small --force
    expect_error 64 'is read by the command'
    run checkpoint strip "$model"
    expect_error 64 'output: is needed'
    run checkpoint strip "$rows" -o other
    expect_error 65 'is CSV data, expected a model file'
    expect_no_file other
}

test_checkpoint_save_needs_no_data() {
    cat >bare.yaml <<'END'
data: {normalize: scale}
layers:
  - input: {shape: [1, 4, 4]}
  - dense: {num_units: 3, nonlinearity: softmax}
END
    run checkpoint save bare.yaml -o bare.safetensors
    expect_status 0
    run checkpoint verify bare.safetensors
    expect_status 0
    run checkpoint show bare.safetensors --json
    expect_line stdout '255'
    run checkpoint save bare.yaml -s data=null -o other.safetensors
    expect_error 78 'standardize needs data'
    run fit bare.yaml -o other.safetensors
    expect_error 78 'data\.train: missing'
    expect_no_file other.safetensors
}

test_the_model_file_tells_nothing_of_its_place() {
    need_model
    for word in "$(pwd)" "$SHARED" /tmp /home; do
        ! grep -qaF -e "$word" "$model" || fail "the file holds $word"
    done
}

# What is printed is for this machine, what is stored for any.
test_absolute_paths_are_shown_but_not_stored() {
    small_config c.yaml
    need_digits
    # shellcheck disable=SC2016 # the program expands it
    local train="$digits" test='${CNNCTL_TEST_UNSET:-'$digits'}'
    run config show c.yaml -s "data.train={csv: $train}" \
        -s "data.test={csv: '$test'}"
    expect_status 0
    grep -qF "train: {csv: $train, " stdout || fail "train is not whole"
    grep -qF "test: {csv: '$test', " stdout || fail "test is not whole"
    run fit c.yaml -q -o m.safetensors -s "data.train={csv: $train}" \
        -s "data.test={csv: '$test'}"
    expect_status 0
    run checkpoint show m.safetensors --config
    expect_line stdout 'train: \{csv: digits\.csv, '
    expect_line stdout "test: \{csv: '\\$\{CNNCTL_TEST_UNSET:-digits\.csv\}', "
}

test_the_file_names_what_computed_it() {
    need_model
    run version
    blas=$(sed -n 's/^blas \(.*\), kernel \(.*\)$/\1 \2/p' stdout)
    run checkpoint show "$model"
    expect_line stdout "^computed by +(portable|avx2|avx512)(, $blas)?$"
}
