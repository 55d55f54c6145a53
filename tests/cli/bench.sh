# shellcheck shell=bash
# bench: one row per layer and pass, figures that fit together.

# The number behind "key": on the n-th line that has it.
number() { # KEY N
    sed -n "s/^ *\"$1\": *\([0-9.e+-]*\),*\$/\1/p" stdout | sed -n "$2p"
}

test_every_layer_and_pass_has_a_row() {
    small_config c.yaml
    run bench c.yaml --seconds 0.05
    expect_status 0
    expect_no_stderr
    for pass in forward backward inference; do
        for layer in conv2d1 maxpool2d2 dense3 dense5; do
            expect_line stdout "^$layer +$pass +[a-z0-9-]+ +[0-9.]+ "
        done
    done
    expect_line stdout '^conv2d1 +update +adam '
    expect_no_line stdout '^maxpool2d2 +update '
    expect_line stdout '^training +[0-9.]+ images/s, .* a batch of 32, '
    expect_line stdout '^inference +[0-9.]+ images/s, .* a batch of 32, '
    run bench c.yaml --seconds 0.05 --batch 7
    expect_line stdout '^training .* a batch of 7, '
}

# 4 filters of 5x5 on 28x28: 24 * 24 * 4 * 25 multiply-adds, twice as many
# operations; the first layer's backward pass has the weights' gradient alone,
# dense3 (144 to 16) has two.
test_gflops_are_operations_by_seconds() {
    small_config c.yaml
    run bench c.yaml --seconds 0.05 --json
    expect_status 0
    row=0
    for want in 115200 115200; do
        row=$((row + 1))
        awk -v g="$(number gflops $row)" -v s="$(number seconds $row)" \
            -v want=$want 'BEGIN {
                r = g * s * 1e9 / 32 / want; exit !(r > 0.999999 && r < 1.000001)
            }' || fail "row $row: expected $want operations an image"
    done
    tr -d ' \n' <stdout >compact
    for key in name pass algorithm seconds gflops gbytes_per_second share \
        limit_share limit_gflops threads processor; do
        expect_line compact "\"$key\":"
    done
    expect_line compact '"name":"conv2d1","pass":"forward","algorithm":"[a-z0-9]+"'
    expect_line compact '"name":"maxpool2d2","pass":"forward","algorithm":null,"seconds":[0-9.e-]+,"gflops":null'
    expect_line compact '"images_per_second":[0-9.]+,"inference_images_per_second":[0-9.]+'
    expect_line compact '"limit_share":[0-9.]+,"inference_limit_share":[0-9.]+'
    expect_line compact '"name":"maxpool2d2",[^}]*"limit_share":null'
    # One product for dx; the weights' gradient is computed in the update.
    for pass in backward update; do
        operations=$(tr -d '{}"' <compact |
            sed "s/.*name:dense3,pass:$pass,algorithm:[a-z0-9]*,seconds:\([^,]*\),gflops:\([^,]*\),.*/\1 \2/" |
            awk '{printf "%.0f", $1 * $2 * 1e9 / 32}')
        [ "$operations" -eq $((2 * 144 * 16)) ] ||
            fail "dense3 $pass: $operations operations an image"
    done
}

# 4 filters of 24x24 pooled by 4: 2304 floats in, 144 out, a byte of each for the
# way back, which writes 2304 and reads 144.
test_gbytes_are_numbers_moved_by_seconds() {
    small_config c.yaml
    run bench c.yaml --seconds 0.05 --json
    expect_status 0
    tr -d ' \n{}"' <stdout >compact
    expect_line compact 'conv2d1,pass:forward,.*gflops:[0-9.]+,gbytes_per_second:null'
    for pass in forward backward; do
        bytes=$(sed "s/.*name:maxpool2d2,pass:$pass,algorithm:null,seconds:\([^,]*\),gflops:null,gbytes_per_second:\([^,]*\),.*/\1 \2/" compact |
            awk '{printf "%.0f", $1 * $2 * 1e9 / 32}')
        [ "$bytes" -eq $((2304 * 4 + 144 * 5)) ] ||
            fail "maxpool2d2 $pass: $bytes bytes an image"
    done
}

# Statistics read their input once more; in inference there is no layer left.
test_a_batch_normalization_is_measured_or_folded() {
    small_config c.yaml
    sed 's/^  - maxpool2d.*/  - batchnorm: {nonlinearity: rectify}\n&/
         s/^  - conv2d: *{/&nonlinearity: linear, /' c.yaml >bn.yaml
    run bench bn.yaml --seconds 0.05
    expect_status 0
    for pass in forward backward; do
        expect_line stdout "^batchnorm2 +$pass +- +[0-9.]+ +- +[0-9.]+ "
    done
    expect_no_line stdout '^batchnorm2 +inference '
    run bench bn.yaml --seconds 0.05 -s engine.fold=false
    expect_line stdout '^batchnorm2 +inference +- +[0-9.]+ +- +[0-9.]+ '
}

# A layer of one input channel is computed as it is defined, so its share of the
# limit is its GFLOP/s by that of all threads; F(2x2, 3x3) on 26x26 outputs does
# 13 * 13 * 16 products where the definition has 26 * 26 * 9.
test_shares_of_the_limit_are_of_what_is_computed() {
    small_config c.yaml
    sed -i '/conv2d/s/filter_size: 5/filter_size: 3, name: c/
            /maxpool2d/s/4/2/' c.yaml
    while read -r algorithm part; do
        run bench c.yaml --seconds 0.1 --json --threads 2 \
            -s engine.algorithm="$algorithm"
        expect_status 0
        limit=$(number limit_gflops 1)
        for row in 1 2; do
            awk -v share="$(number limit_share $row)" -v part="$part" \
                -v g="$(number gflops $row)" -v limit="$limit" 'BEGIN {
                    r = share * 2 * limit / (g * part)
                    exit !(r > 0.999999 && r < 1.000001)
                }' || fail "$algorithm, row $row: the share does not fit"
        done
        expect_whole_shares
    done <<END
direct 1
winograd2 0.44444444444444
END
}

# Of the whole, the share is the sum of the rows' by their part of the time.
expect_whole_shares() {
    tr -d ' \n{}"' <stdout |
        sed 's/.*\],images_per/images_per/; s/,/\n/g' | tr : ' ' >whole
    tr -d ' \n"' <stdout | sed 's/},{/\n/g; s/\].*//' |
        sed 's/.*pass:\([a-z]*\),.*seconds:\([^,]*\),.*limit_share:\([^},]*\).*/\1 \2 \3/' |
        awk 'FNR == NR { whole[$1] = $2; next }
             $3 != "null" { done[$1 == "inference"] += $2 * $3 }
             END {
                 t = done[0] * whole["images_per_second"] / 32
                 i = done[1] * whole["inference_images_per_second"] / 32
                 t /= whole["limit_share"]
                 i /= whole["inference_limit_share"]
                 exit !(t > 0.99999 && t < 1.00001 && i > 0.99999 && i < 1.00001)
             }' whole - || fail "the whole's share is not that of its parts"
}

test_the_limit_and_its_processor_are_named() {
    small_config c.yaml
    run bench c.yaml --seconds 0.05
    expect_line stdout '^layer .* share +of limit$'
    expect_line stdout '^conv2d1 +forward .* [0-9.]+ % +[0-9.]+ %$'
    expect_line stdout '^maxpool2d2 +forward .* [0-9.]+ % +-$'
    expect_line stdout '^training .* of 32, [0-9.]+ % of the limit$'
    expect_line stdout '^inference .* of 32, [0-9.]+ % of the limit$'
    expect_line stdout '^limit +[0-9.]+ GFLOP/s a thread, (portable|avx2|avx512)$'
    CNNCTL_KERNELS=portable run bench c.yaml --seconds 0.05
    expect_line stdout '^limit +[0-9.]+ GFLOP/s a thread, portable$'
    name=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1 |
        LC_ALL=C tr -c '!-~\n' ' ' | tr -s ' ' | cut -c 1-79 | sed 's/ $//')
    sed -n 's/^processor  //p' stdout >shown
    expect_stream shown "${name:-unknown}"
    expect_line stdout '^kernels +portable'
}

# What a pass's calls take cannot exceed the batch: medians of thread time
# against the median of the clock, with room for a disturbed run.
test_shares_are_at_most_the_whole() {
    small_config c.yaml
    run bench c.yaml --seconds 0.2 --json --threads 1
    expect_status 0
    sed -n 's/^ *"\(pass\|share\)": *"*\([a-z0-9.e-]*\).*/\2/p' stdout | paste - - |
        awk '{sum[$1 == "inference"] += $2}
             END {exit !(sum[0] > 0 && sum[0] < 1.1 &&
                         sum[1] > 0 && sum[1] < 1.1)}' ||
        fail "shares do not add up"
}

# One image has both threads for each of its layers; what they take together is
# what the image takes, but for what is between the layers.
test_one_image_has_all_threads() {
    small_config c.yaml
    sed -i 's/num_filters: 4/num_filters: 200/' c.yaml
    run bench c.yaml --seconds 0.2 --json --threads 2 --batch 1
    expect_status 0
    sed -n 's/^ *"\(pass\|share\)": *"*\([a-z0-9.e-]*\).*/\2/p' stdout | paste - - |
        awk '$1 == "inference" {sum += $2} END {exit !(sum > 0.6 && sum < 1.1)}' ||
        fail "shares do not add up"
}

test_a_model_is_measured_as_its_configuration() {
    need_model
    run bench "$model" --seconds 0.05
    expect_status 0
    expect_line stdout '^conv2d1 +backward '
    run bench "$model" --seconds 0.05 -s train.batch_size=3
    expect_error 64 '--set'
}

test_without_a_run_there_is_inference_alone() {
    small_config c.yaml
    sed '/^train:/,$d' c.yaml >net.yaml
    run checkpoint save net.yaml -o net.safetensors
    expect_status 0
    run bench net.safetensors --seconds 0.05
    expect_status 0
    expect_line stdout '^inference .* a batch of 128, '
    expect_no_line stdout '^training'
    run bench net.safetensors --seconds 0.05 --json
    sed -n 's/.*images_per_second": *\([0-9.]*\).*/\1/p' stdout | uniq >rates
    expect_line_count rates 1
    run bench net.yaml --seconds 0.05
    expect_status 0
    expect_line stdout '^inference .* a batch of 128, '
    run bench c.yaml -s layers.dense5.nonlinearity=linear
    expect_error 78 'categorical_crossentropy needs nonlinearity softmax'
}

test_wrong_usage() {
    run bench
    expect_error 64 'CONFIG\|MODEL'
    small_config c.yaml
    run bench c.yaml --batch 0
    expect_error 64 '--batch'
    run bench c.yaml --seconds x
    expect_error 64 '--seconds'
}
