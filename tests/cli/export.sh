# shellcheck shell=bash
# Networks written as C: what the file computes is what predict does.
. "$ROOT/tests/cli/networks.bash"

need_compiler() {
    command -v cc >/dev/null || skip "there is no C compiler"
}

# A main that reads rows of numbers and prints what NAME_predict returns and
# gives; the file as it is, under all warnings.
build_caller() { # COMPILER NAME [OPTION...]
    local compiler=$1 name=$2
    shift 2
    cat >caller.c <<END
#include <stdio.h>
#include <stdlib.h>
#include "$name.h"

int main(void)
{
    static float x[${name}_INPUTS], y[${name}_OUTPUTS];
    for (;;) {
        char cell[64];
        for (int i = 0; i < ${name}_INPUTS; i++) {
            if (scanf(i ? ",%63[^,\n]" : " %63[^,\n]", cell) != 1)
                return 0;
            x[i] = (float)strtod(cell, 0);
        }
        printf("%d", ${name}_predict(x, y));
        for (int i = 0; i < ${name}_OUTPUTS; i++)
            printf(",%.9g", y[i]);
        printf("\n");
    }
}
END
    "$compiler" -std=c99 -Wall -Wextra -pedantic -Werror -O2 "$@" -o caller \
        "$name.c" caller.c -lm >warnings 2>&1 ||
        fail "$compiler refuses $name.c:" "$(head -20 warnings)"
}

# The file without and with its test, under the warnings of every compiler here,
# of 32-bit ARM too.
expect_silence() { # FILE
    local compiler
    for compiler in gcc clang arm-none-eabi-gcc; do
        command -v $compiler >/dev/null || continue
        for define in NOTHING "${1%.c}_TEST"; do
            $compiler -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only \
                -D"$define" "$1" >warnings 2>&1 ||
                fail "$compiler refuses $1:" "$(head -20 warnings)"
        done
    done
}

# Batch normalization has statistics of its training: see need_trained.
test_every_kind_of_layer_has_a_network() {
    run help --tables
    awk -F '\t' '$1 == "place" && $2 == "nested" && $4 == "layers" { print $5 }' \
        stdout | grep -vE '^(input|repeat|residual|batchnorm)$' >kinds
    expect_line kinds '^conv2d$'
    while read -r kind; do
        networks | grep -qE "^$kind(:|$)" || fail "no network has $kind"
    done <kinds
}

# What the program itself has checked, it has: samples of a normal distribution
# through what cc made of the file.  Here the rows are others, and so is who
# compiles.
test_every_layer_computes_what_predict_does() {
    need_compiler
    networks | sed -n 's/^= //p' >list
    while read -r name shape; do
        write_network "$name"
        run checkpoint save model.yaml -o m.safetensors --force
        expect_status 0
        rm -f net.c net.h
        run export m.safetensors -o net.c --header
        expect_status 0
        expect_line stderr 'computes the verification samples'
        write_rows $((${shape//,/*})) 3 >rows.csv
        run predict m.safetensors rows.csv --format csv --logits
        expect_status 0
        sed '1d; s/^/0,/' stdout >want
        build_caller cc net
        ./caller <rows.csv >got
        expect_close got want
        expect_silence net.c
    done <list
}

test_a_trained_network_computes_what_predict_does() {
    need_compiler
    need_trained
    need_digits
    run export "$trained" -o 8net.c --header
    expect_status 0
    expect_no_stdout
    expect_line 8net.c '/\* conv2d1_bn: batchnorm, folded into the layer'
    expect_line 8net.c '/\* batchnorm[0-9]*: batchnorm, .* to '
    expect_no_temporary
    mv 8net.h m_8net.h && mv 8net.c m_8net.c
    build_caller cc m_8net -fsanitize=address,undefined \
        -fno-sanitize-recover=all
    head -n 20 "$rows" | ./caller >got
    run predict "$trained" "$rows" --proba
    sed '1d; s/^/0,/' stdout | head -n 20 >want
    expect_close got want
    expect_silence m_8net.c
}

test_its_test_finds_what_is_wrong() {
    need_compiler
    need_trained
    run export "$trained" -o net.c
    expect_status 0
    cc -std=c99 -O1 -Dnet_TEST net.c -lm -o right
    ./right >said || fail "the file fails its own test"
    expect_line said '^net: the largest difference is '
    awk '/_bias\[/ && !done { print; getline; sub(/[-0x]*[0-9.a-fp+-]*f/, "0x1p+1f"); done = 1 } { print }' \
        net.c >wrong.c
    ! cmp -s net.c wrong.c || fail "nothing was changed"
    cc -std=c99 -O1 -Dnet_TEST wrong.c -lm -o wrong
    ! ./wrong >said || fail "a wrong bias is not found"
    expect_line said '^net: sample 0, output 0: .*, expected '
}

test_what_is_not_finite_is_refused() {
    need_compiler
    need_model
    need_digits
    run export "$model" -o net.c --header
    build_caller cc net
    for word in nan inf -inf 1e39; do
        head -n 1 "$rows" | sed "s/,[0-9]*$/,$word/" | ./caller >got
        expect_line got '^1,'
    done
    # Finite, but not what comes out.
    cat >c.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, W: {constant: {val: 8}}, nonlinearity: linear}
END
    run checkpoint save c.yaml -o c.safetensors
    run export c.safetensors -o net.c --header --force
    build_caller cc net
    printf '1,2\n3e38,0\n' | ./caller >got
    expect_stream got 0,24,24 1,inf,inf
}

test_bytes_depend_on_model_and_name_alone() {
    need_trained
    run export "$trained" -o net.c --threads 1
    expect_status 0
    cp net.c one.c
    run export "$trained" -o net.c --threads 3 --force
    expect_status 0
    expect_same net.c one.c
    run export "$trained" -o other.c --prefix net
    expect_same other.c one.c
}

test_functions_are_named_after_the_file() {
    need_trained
    mkdir 'd.e'
    run export "$trained" -o 'd.e/2 odd-name.x.c' --header
    expect_status 0
    expect_line 'd.e/2 odd-name.x.c' '^int m_2_odd_name_x_predict\('
    expect_line 'd.e/2 odd-name.x.h' '^int m_2_odd_name_x_predict\('
    run export "$trained" -o a.c --prefix Net_3
    expect_line a.c '^#define Net_3_CLASSES 10$'
    expect_line a.c '^#define Net_3_INPUTS 784$'
    expect_line a.c '^const char \*const Net_3_classes\[10\] = \{$'
    for bad in '' 3a a-b 'a b'; do
        run export "$trained" -o b.c --prefix "$bad"
        expect_error 64 'cnnctl export: error: --prefix: (.* is no name in C|is empty)'
    done
    expect_no_file b.c
}

test_the_header_is_one_of_cplusplus_too() {
    command -v g++ >/dev/null || skip "there is no g++"
    need_trained
    run export "$trained" -o net.c --header
    printf '#include "net.h"\n#include "net.h"\nint main() { float x[net_INPUTS] = {0}, y[net_OUTPUTS]; return net_predict(x, y) || !net_classes[net_CLASSES - 1]; }\n' >main.cc
    cc -std=c99 -O1 -c net.c
    g++ -Wall -Wextra -pedantic -Werror main.cc net.o -lm -o main
    ./main || fail "status $?"
}

test_what_exists_is_kept_without_force() {
    need_trained
    echo mine >net.c
    run export "$trained" -o net.c
    expect_error 73 'net.c: error: exists; --force replaces it'
    run export "$trained" -o net.c --force
    expect_status 0
    echo mine >net.h
    cp net.c before
    run export "$trained" -o net.c --force
    expect_status 0
    expect_stream net.h mine
    rm net.c
    run export "$trained" -o net.c --header
    expect_error 73 'net.h: error: exists; --force replaces it'
    expect_no_file net.c
    run export "$trained" -o net.c --header --force
    expect_status 0
    expect_same net.c before
    expect_line net.h '^int net_predict'
    expect_no_temporary
}

test_wrong_usage() {
    need_trained
    run export "$trained"
    expect_error 64 'cnnctl export: error: --output: is needed'
    for name in net.tflite net c .c .onnx net.c.gz; do
        run export "$trained" -o $name
        expect_error 64 "cnnctl export: error: --output: '$name' does not end with one of \\.onnx, \\.c$"
        expect_no_file $name
    done
    run export "$trained" -o -
    expect_error 64 '.'
    run export
    expect_status 64
    run export nothing.safetensors -o net.c
    expect_error 66 'nothing.safetensors'
    printf 'layers:\n  - input: {shape: [3]}\n' >c.yaml
    run export c.yaml -o net.c
    expect_error 65 'c.yaml'
    expect_no_file net.c
    run export "$trained" -o none/net.c
    expect_error 73 'none/net.c'
    expect_no_temporary
}

# A model whose outputs are not those it was saved with is none to be exported.
test_a_model_that_computes_something_else_is_refused() {
    need_trained
    edit_header "$trained" bad.safetensors 's/"epsilon: 1e-05"/&/; s/axes: \[0, 1\], epsilon: 1e-05/axes: [0, 1], epsilon: 0.9/'
    run export bad.safetensors -o net.c
    expect_error 65 'bad.safetensors: error: does not compute what it computed'
    expect_no_file net.c
}

test_without_a_compiler_it_says_so() {
    need_trained
    mkdir empty
    status=0
    PATH=$PWD/empty "$CNNCTL" export "$trained" -q -o net.c >stdout 2>stderr || status=$?
    expect_status 0
    expect_line stderr 'net.c: not verified, no compiler .*cc -std=c99 -O2 -Dnet_TEST FILE.c -lm && ./a.out$'
    expect_line net.c 'cc -std=c99 -O2 -Dnet_TEST FILE.c -lm && ./a.out'
    # It is the same file.
    run export "$trained" -o again.c --prefix net
    expect_same again.c net.c
}

# A compiler of our own: what it says, and what its program does, is heeded.
fake_compiler() { # COMMAND
    mkdir -p tools
    printf '#!/bin/sh\n%s\n' "$1" >tools/cc
    chmod +x tools/cc
}

export_with_tools() {
    status=0
    ran="cnnctl export with tools/cc"
    PATH=$PWD/tools:$PATH TMPDIR=$PWD/scratch "$CNNCTL" export "$trained" \
        -o net.c >stdout 2>stderr || status=$?
    expect_no_file net.c
    [ -z "$(ls -A scratch)" ] || fail "something was left in TMPDIR"
}

test_a_compiler_that_fails_is_an_error() {
    need_trained
    mkdir scratch
    fake_compiler 'case "$*" in *model.c*) ;; *) exit 0 ;; esac
        echo "model.c:1: what is this" >&2; exit 4'
    export_with_tools
    expect_error 70 'cc: error: could not compile the C file \(status 4\): model.c:1: what is this$'
    program='while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\n%s\\n"'
    fake_compiler "$program"' "echo net: sample 0 is wrong; exit 1" >"$2"; chmod +x "$2"'
    export_with_tools
    expect_error 65 'does not compute what the model does: net: sample 0 is wrong$'
    fake_compiler "$program"' "kill -SEGV \$\$" >"$2"; chmod +x "$2"'
    export_with_tools
    expect_error 65 'test ended with status 139$'
    fake_compiler ': >"${5}"; true'
    export_with_tools
    expect_error 74 'cannot run what was compiled: .*; TMPDIR names the folder'
    rmdir scratch
    : >scratch
    status=0
    TMPDIR=$PWD/scratch "$CNNCTL" export "$trained" -o net.c 2>stderr >stdout || status=$?
    expect_error 73 'scratch/cnnctl.export'
    expect_no_file net.c
}

# What compiles nothing at all is none: the next one is asked.
test_a_compiler_that_is_broken_is_passed_over() {
    need_compiler
    need_trained
    fake_compiler 'kill -SEGV $$'
    status=0
    PATH=$PWD/tools:$PATH "$CNNCTL" export "$trained" -o net.c 2>stderr >stdout ||
        status=$?
    expect_status 0
    expect_line stderr 'compiled by (gcc|clang) it computes'
    mv tools/cc tools/gcc
    mkdir tools/cc
    status=0
    PATH=$PWD/tools "$CNNCTL" export "$trained" -o other.c 2>stderr >stdout ||
        status=$?
    expect_status 0
    expect_line stderr 'other.c: not verified, no compiler .* that works was found'
}

# Names from a model can neither end a comment nor a string.
test_hostile_names_are_only_names() {
    need_compiler
    # shellcheck disable=SC2016
    printf '%b' '*/ }\n"; int x = "??/\n\\\\n%d??\n/*caf\0303\0251*/\n0123\n' >names
    { echo a,b,y && sed 's/"/""/g; s/.*/1,2,"&"/' names; } >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, label_column: y}, split: {eval_size: 0}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6}
  - dense: {num_units: 5, nonlinearity: softmax}
train: {max_epochs: 1, batch_size: 2, learning_rate: 0.1}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.c --header
    expect_status 0
    expect_silence net.c
    printf '#include <stdio.h>\n#include "net.h"\nint main(void) { for (int i = 0; i < net_CLASSES; i++) puts(net_classes[i]); return 0; }\n' >main.c
    cc -std=c99 main.c net.c -lm -o main
    ./main >got
    sort names >want
    sort got >sorted
    expect_same sorted want
    expect_line_count got 5
}

test_two_classes_of_one_output() {
    need_compiler
    awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) print i % 7 "," i % 5 "," (i % 7 > i % 5 ? "yes" : "no") }' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, label_column: y}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6, nonlinearity: tanh}
  - dense: {num_units: 1, nonlinearity: sigmoid}
train: {max_epochs: 3, batch_size: 8, learning_rate: 0.1, loss: binary_crossentropy}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.c --header
    expect_status 0
    expect_line net.h '^#define net_CLASSES 2$'
    build_caller cc net
    sed '1d; s/,[a-z]*$//' x.csv >rows.csv
    ./caller <rows.csv >got
    run predict m.safetensors rows.csv --proba
    sed '1d; s/^/0,/' stdout >want
    expect_close got want
}

test_numbers_come_out_as_training_had_them() {
    need_compiler
    awk 'BEGIN { print "a,b,u,v"; for (i = 0; i < 40; i++) print i % 7 "," i % 5 "," 100 + 30 * (i % 7) "," i % 5 - 3 }' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, target_columns: [u, v]}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6, nonlinearity: tanh}
  - dense: {num_units: 2, nonlinearity: linear}
train: {max_epochs: 5, batch_size: 8, learning_rate: 0.1, regression: true, standardize_targets: true}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.c --header
    expect_status 0
    expect_line net.c '^const char \*const net_targets\[2\] = \{$'
    expect_line net.c '^    "u",$'
    build_caller cc net
    sed '1d' x.csv | cut -d, -f 1,2 >rows.csv
    ./caller <rows.csv >got
    run predict m.safetensors rows.csv --format csv
    sed '1d; s/^/0,/' stdout >want
    expect_close got want
}

test_the_networks_of_configs() {
    need_compiler
    for config in lenet mobilenet-small inception-small tables/iris \
        tutorial/net4; do
        rm -f net.c
        run checkpoint save "$ROOT/configs/$config.yaml" -s data=null \
            -s data.normalize=scale -o m.safetensors --force
        expect_status 0
        run export m.safetensors -o net.c
        expect_status 0
        expect_line stderr 'compiled by cc it computes'
        gcc -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only net.c
    done
}

# Everything that has a form in integers, trained on digits.
need_integers() {
    whole=$SHARED/whole.safetensors
    [ ! -e "$whole" ] || return 0
    cat >"$SHARED/whole.yaml" <<'END'
data:
  train: {digits: {count: 300, seed: 1}}
  split: {eval_size: 1/4, shuffle: false}
layers:
  - input: {shape: [1, 28, 28]}
  - conv2d: {num_filters: 6, filter_size: 5, stride: 2, pad: 2, normalize: batch}
  - conv2d: {num_filters: 6, filter_size: 3, dilation: 2, num_groups: 3, pad: same, nonlinearity: {leaky_rectify: {leakiness: 0.1}}, name: a}
  - nin: {num_units: 6, nonlinearity: linear, name: b}
  - elemwisesum: {incoming: [a, b], coeffs: [0.5, 2]}
  - nonlinearity: {nonlinearity: very_leaky_rectify, name: c}
  - maxpool2d: {pool_size: 3, stride: 2, pad: 1, name: d}
  - avgpool2d: {pool_size: 3, stride: 2, pad: 1, mode: average_inc_pad, incoming: c, name: e}
  - avgpool2d: {pool_size: 2, incoming: c, name: f}
  - concat: {incoming: [d, e, f]}
  - conv2d: {num_filters: 8, filter_size: 3, normalize: batch, name: g}
  - globalpool: {pool_function: sum, name: h}
  - globalpool: {pool_function: max, incoming: g, name: i}
  - globalpool: {incoming: g, name: j}
  - concat: {incoming: [h, i, j]}
  - reshape: {shape: [[0], 2, 12]}
  - flatten
  - dropout: {p: 0.1}
  - dense: {num_units: 24}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {max_epochs: 12, batch_size: 25, update: adam, learning_rate: 0.01}
END
    run fit "$SHARED/whole.yaml" -o "$whole" -q
    expect_status 0
}

test_integers_answer_almost_as_floats_do() {
    need_compiler
    need_integers
    run export "$whole" -o net.c --header --int8 --calibrate "$SHARED/whole.yaml"
    expect_status 0
    expect_line stderr 'computes the verification samples as integers do here'
    expect_line stdout '^validation part, 80 samples: accuracy 0\.[0-9]{5} as it is, 0\.[0-9]{5} in integers, [+-]0\.0[0-9]{4}$'
    said=$(awk '{ print $6 }' stdout)
    run evaluate "$whole" "$SHARED/whole.yaml" --split valid --json
    awk -v said="$said" -F'[:,]' '
        $1 ~ /^ *"accuracy"$/ { same = sprintf("%.5f", $2) == said }
        END { exit !same }' stdout || fail "evaluate does not say $said"
    expect_silence net.c
    expect_line net.c '^static int8_t work\['
    need_digits
    build_caller cc net -fsanitize=address,undefined -fno-sanitize-recover=all
    ./caller <"$rows" >got
    run predict "$whole" "$rows" --proba
    sed '1d; s/^/0,/' stdout >want
    # Made-up images are far from what calibrated: still mostly the same answer.
    paste -d, got want | awk -F, '
        { a = b = 2
          for (i = 2; i <= 11; i++) {
              if ($i > $a) a = i
              if ($(i + 11) > $(b + 11)) b = i
          }
          same += a == b }
        END { exit !(NR == 60 && same >= 45) }' || fail "integers answer otherwise"
    run export "$whole" -o again.c --prefix net --threads 3 --int8 \
        --calibrate "$SHARED/whole.yaml" -q
    expect_same again.c net.c
}

# What a dense layer becomes, computed by awk.
test_integers_are_what_they_should_be() {
    need_compiler
    printf 'a,b,y\n0,0,p\n10,-5,q\n4,3,p\n-2.5,8,q\n' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, label_column: y}, split: {eval_size: 0}, normalize: none}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: linear, b: {constant: {val: 0.3}}}
train: {max_epochs: 1, batch_size: 4, learning_rate: 0.01, loss: multiclass_hinge}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o float.c --header
    run export m.safetensors -o net.c --header --int8 --calibrate c.yaml
    expect_status 0
    expect_line stderr 'there is no validation part'
    build_caller cc net
    printf '10,-5\n0,0\n3.3,7.7\n20,-20\n' >rows.csv
    ./caller <rows.csv >got
    # The weights come back as the answers to 0 and unit vectors.
    build_caller cc float
    printf '0,0\n1,0\n0,1\n' | ./caller >units
    awk -F, -v CONVFMT=%.9g '
        function round(v) { return v < 0 ? -int(-v + 0.5) : int(v + 0.5) }
        function floor(v) { return v < int(v) ? int(v) - 1 : int(v) }
        function byte(v) { v = floor(v / scale + 0.5) + zero; return v < -128 ? -128 : v > 127 ? 127 : v }
        FILENAME == "units" { for (o = 0; o < 2; o++) w[FNR, o] = $(o + 2) - (FNR > 1 ? w[1, o] : 0); next }
        {
            scale = 15 / 255; zero = round(-128 + 5 / scale)
            line = "0"
            for (o = 0; o < 2; o++) {
                most = 0
                for (k = 2; k <= 3; k++) { m = w[k, o] < 0 ? -w[k, o] : w[k, o]; most = m > most ? m : most }
                unit = most / 127
                sum = round(w[1, o] / (unit * scale))
                for (k = 2; k <= 3; k++) sum += round(w[k, o] / unit) * (byte($(k - 1)) - zero)
                line = line "," sum * unit * scale
            }
            print line
        }' units rows.csv >want
    expect_close got want
}

# The accuracy that is printed is that of the file.
test_the_accuracy_of_integers_is_the_files() {
    need_compiler
    awk 'BEGIN { x = 7; print "a,b,c,y"; for (i = 0; i < 240; i++) { for (k = 0; k < 3; k++) { x = (x * 1103 + 12347) % 100003; v[k] = x / 10000 } print v[0] "," v[1] "," v[2] "," (v[0] * v[1] > 25 ? "hi" : v[2] > v[0] ? "mid" : "lo") } }' >all.csv
    head -n 161 all.csv >a.csv
    { head -n 1 all.csv; tail -n 80 all.csv; } >b.csv
    cat >c.yaml <<'END'
data: {train: {csv: a.csv, label_column: y}, valid: {csv: b.csv, label_column: y}}
layers:
  - input: {shape: [3]}
  - dense: {num_units: 12}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 20, batch_size: 16, update: adam, learning_rate: 0.03}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.c --header --int8 --calibrate c.yaml
    expect_status 0
    said=$(awk '{ print $10 }' stdout)
    build_caller cc net
    sed '1d; s/,[a-z]*$//' b.csv | ./caller >got
    grep '^    "' net.c | tr -d ' ",' >classes
    sed '1d; s/.*,//' b.csv | paste -d, got - | awk -F, '
        FILENAME == "classes" { name[FNR] = $1; next }
        { a = 2
          for (i = 3; i <= 4; i++) if ($i > $a) a = i
          right += name[a - 1] == $5 }
        END { printf "%.5f\n", right / FNR }' classes - >found
    expect_stream found "$said"
}

test_what_has_no_form_in_integers_is_named() {
    cat >c.yaml <<'END'
data:
  train: {digits: {count: 50, seed: 1}}
layers:
  - input: {shape: [1, 28, 28]}
  - conv2d: {num_filters: 2, filter_size: 5, nonlinearity: tanh, name: first}
  - maxpool2d: {pool_size: 4}
  - batchnorm: {name: alone}
  - lrn2d: {name: second}
  - conv2d: {num_filters: 2, filter_size: 3, untie_biases: true, name: third}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.c --int8 --calibrate c.yaml
    expect_error 78 'layer first: tanh has no form in integers'
    expect_line stderr 'layer alone: batchnorm has no form in integers'
    expect_line stderr 'layer second: lrn2d has no form in integers'
    expect_line stderr 'layer third: a bias for every pixel has no form'
    expect_line_count stderr 4
    expect_no_file net.c
}

test_integers_need_samples() {
    need_trained
    run export "$trained" -o net.c --int8
    expect_error 64 'cnnctl export: error: --int8: needs --calibrate CONFIG'
    run export "$trained" -o net.c --calibrate c.yaml
    expect_error 64 'cnnctl export: error: --calibrate: needs --int8'
    run export "$trained" -o net.c --int8 --calibrate none.yaml
    expect_error 66 'none.yaml'
    cp "$SHARED/trained.yaml" net.c
    run export "$trained" -o net.c --int8 --calibrate net.c --force
    expect_error 64 '.'
    expect_same "$SHARED/trained.yaml" net.c
}
