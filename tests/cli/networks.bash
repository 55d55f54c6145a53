# shellcheck shell=bash
# networks.bash - networks of every layer in every form that has code of its
# own, for the tests of other forms of a network.

# Small networks, "= NAME SHAPE" and a line for each layer: every layer type in
# every form that has code of its own.  What the last one puts out is compared
# whole.  N stands for initial values that are not all the same.
networks() {
    sed 's/ N\([,}]\)/ {normal: {std: 0.5, mean: 0.1}}\1/g' <<'END'
= conv2d-plain 2,7,6
conv2d: {num_filters: 3, filter_size: 3, b: N, nonlinearity: linear}
= conv2d-rectify 1,9,8
conv2d: {num_filters: 4, filter_size: [3, 2], b: N}
= conv2d-stride-pad 2,11,9
conv2d: {num_filters: 3, filter_size: 3, stride: [2, 3], pad: [1, 2], b: N, nonlinearity: linear}
= conv2d-dilation 2,12,11
conv2d: {num_filters: 2, filter_size: 3, dilation: [2, 3], pad: 2, b: null, nonlinearity: tanh}
= conv2d-same-even 1,7,7
conv2d: {num_filters: 2, filter_size: 4, pad: same, stride: 2, b: N, nonlinearity: linear}
= conv2d-full 1,4,3
conv2d: {num_filters: 2, filter_size: 4, pad: full, b: N, nonlinearity: linear}
= conv2d-groups 4,6,6
conv2d: {num_filters: 6, filter_size: 3, num_groups: 2, b: N, nonlinearity: linear}
= conv2d-depthwise 3,6,6
conv2d: {num_filters: 6, filter_size: 3, num_groups: 3, pad: 1, stride: 2, b: N}
= conv2d-untied 2,6,5
conv2d: {num_filters: 3, filter_size: 3, untie_biases: true, b: N}
= conv2d-wide-stride 1,9,9
conv2d: {num_filters: 2, filter_size: 1, stride: 4, b: N, nonlinearity: linear}
= conv2d-patches 4,7,6
conv2d: {num_filters: 3, filter_size: 3, stride: [1, 2], pad: [1, 2], b: N, nonlinearity: linear}
= conv2d-patches-groups-untied 8,9,8
conv2d: {num_filters: 4, filter_size: 3, dilation: [2, 1], num_groups: 2, untie_biases: true, b: N}
= conv2d-patches-whole 3,5,4
conv2d: {num_filters: 5, filter_size: [5, 4], b: null, nonlinearity: tanh}
= transposedconv2d-stride 3,4,5
transposedconv2d: {num_filters: 2, filter_size: 3, stride: 2, b: N, nonlinearity: linear}
= transposedconv2d-crop 2,5,4
transposedconv2d: {num_filters: 3, filter_size: [4, 3], stride: [2, 1], crop: 1, b: N}
= transposedconv2d-groups 4,3,3
transposedconv2d: {num_filters: 6, filter_size: 3, num_groups: 2, b: N, nonlinearity: linear}
= transposedconv2d-size-untied 2,3,3
transposedconv2d: {num_filters: 2, filter_size: 2, stride: 3, output_size: 10, untie_biases: true, b: N, nonlinearity: linear}
= nin-plain 3,5,6
nin: {num_units: 4, b: N, nonlinearity: linear}
= nin-patches 40,3,3
nin: {num_units: 4, b: N}
= nin-untied 3,4,4
nin: {num_units: 2, untie_biases: true, b: N}
= locallyconnected2d-plain 2,5,6
locallyconnected2d: {num_filters: 3, filter_size: 3, b: N}
= locallyconnected2d-channelwise 3,5,4
locallyconnected2d: {num_filters: 3, filter_size: [5, 3], channelwise: true, b: N, nonlinearity: linear}
= maxpool2d-plain 2,7,6
maxpool2d: {pool_size: 2}
= maxpool2d-overlap-pad 2,8,7
maxpool2d: {pool_size: 3, stride: 2, pad: 1}
= maxpool2d-partial 2,7,8
maxpool2d: {pool_size: 3, ignore_border: false}
= avgpool2d-plain 2,6,7
avgpool2d: {pool_size: [2, 3]}
= avgpool2d-inside 2,7,7
avgpool2d: {pool_size: 3, stride: 2, pad: 1}
= avgpool2d-padded 2,7,7
avgpool2d: {pool_size: 3, stride: 2, pad: 1, mode: average_inc_pad}
= avgpool2d-partial 2,7,7
avgpool2d: {pool_size: 2, ignore_border: false}
= globalpool-mean 4,5,6
globalpool: {pool_function: mean}
= globalpool-max 4,5,6
globalpool: {pool_function: max}
= globalpool-sum 4,5,6
globalpool: {pool_function: sum}
= spatialpyramidpooling-max 3,9,7
spatialpyramidpooling: {pool_dims: [4, 2, 1]}
= spatialpyramidpooling-average 2,8,8
spatialpyramidpooling: {pool_dims: [3, 1], mode: average}
= spatialpyramidpooling-fast 2,8,8
spatialpyramidpooling: {pool_dims: [4, 2], implementation: fast, mode: average}
= dense-plain 2,5,5
dense: {num_units: 9, b: N, nonlinearity: linear}
= dense-no-bias 13
dense: {num_units: 7, b: null}
= dropout 1,4,4
dropout: {p: 0.3}
= gaussiannoise 1,4,4
gaussiannoise: {sigma: 0.5}
= bias-channels 3,4,5
bias: {b: N}
= bias-rows 3,4,5
bias: {b: N, shared_axes: [1, 3]}
= bias-all 3,4,5
bias: {b: N, shared_axes: all}
= bias-each 3,4,5
bias: {b: N, shared_axes: []}
= scale-channels 3,4,5
scale: {scales: N}
= scale-columns 3,4,5
scale: {scales: N, shared_axes: [1, 2]}
= prelu-channels 3,4,5
prelu: {alpha: N}
= prelu-all 3,4,5
prelu: {alpha: N, shared_axes: all}
= rrelu 3,4,5
rrelu: {lower: 0.1, upper: 0.4}
= standardization-spatial 3,5,4
standardization: {axes: spatial}
= standardization-features 3,5,4
standardization: {axes: features}
= standardization-channels 3,5,4
standardization: {axes: 1}
= standardization-middle 3,5,4
standardization: {axes: [1, 3]}
= lrn2d 7,4,4
lrn2d: {alpha: 0.5, n: 3}
= lrn2d-power 5,4,4
lrn2d: {alpha: 0.1, k: 1, beta: 0.6, n: 5}
= featurepool-max 6,4,4
featurepool: {pool_size: 3}
= featurepool-mean 6,4,4
featurepool: {pool_size: 2, pool_function: mean}
= featurepool-sum 3,6,4
featurepool: {pool_size: 3, axis: 2, pool_function: sum}
= featurewta 6,4,4
featurewta: {pool_size: 3}
= featurewta-rows 2,4,6
featurewta: {pool_size: 2, axis: -1}
= upscale2d-repeat 2,3,4
upscale2d: {scale_factor: [2, 3]}
= upscale2d-dilate 2,3,4
upscale2d: {scale_factor: 2, mode: dilate}
= upscale2d-bilinear 2,3,4
upscale2d: {scale_factor: [3, 2], mode: bilinear}
= nonlinearity 2,3,4
nonlinearity: {nonlinearity: rectify}
= nonlinearity-tanh-and-sigmoid 2,3,4
nonlinearity: {nonlinearity: tanh}
nonlinearity: {nonlinearity: sigmoid}
nonlinearity: {nonlinearity: linear}
= nonlinearity-scaled-leaky 2,3,4
nonlinearity: {nonlinearity: {scaled_tanh: {scale_in: 0.7, scale_out: 1.7}}}
nonlinearity: {nonlinearity: {leaky_rectify: {leakiness: 0.2}}}
nonlinearity: {nonlinearity: linear}
= nonlinearity-very-leaky-elu 2,3,4
nonlinearity: {nonlinearity: very_leaky_rectify}
nonlinearity: {nonlinearity: elu}
nonlinearity: {nonlinearity: linear}
= nonlinearity-selu-softplus 2,3,4
nonlinearity: {nonlinearity: selu}
nonlinearity: {nonlinearity: softplus}
nonlinearity: {nonlinearity: linear}
= nonlinearity-gelu-swish 2,3,4
nonlinearity: {nonlinearity: gelu}
nonlinearity: {nonlinearity: swish}
nonlinearity: {nonlinearity: linear}
= nonlinearity-mish-hard 2,3,4
nonlinearity: {nonlinearity: mish}
nonlinearity: {nonlinearity: hard_swish}
nonlinearity: {nonlinearity: hard_sigmoid}
nonlinearity: {nonlinearity: linear}
= nonlinearity-softmax-within 2,3,4
nonlinearity: {nonlinearity: softmax}
scale: {scales: N}
= elemwisesum 2,6,6
conv2d: {num_filters: 3, filter_size: 3, b: N, name: a}
conv2d: {num_filters: 3, filter_size: 5, b: N, name: b, incoming: input0}
elemwisesum: {incoming: [a, b], cropping: center, coeffs: [1.5, -0.5]}
= elemwisesum-three 2,3,3
nin: {num_units: 2, b: N, name: a}
nin: {num_units: 2, b: N, name: b}
elemwisesum: {incoming: [a, input0, b], coeffs: 0.5}
= elemwisemerge-gate 3,4,4
globalpool: {name: gate}
elemwisemerge: {incoming: [input0, gate]}
= elemwisemerge-sub 2,3,3
nin: {num_units: 2, b: N, name: a}
elemwisemerge: {incoming: [a, input0], merge_function: sub}
= elemwisemerge-add 2,3,3
nin: {num_units: 2, b: N, name: a}
elemwisemerge: {incoming: [a, input0], merge_function: add}
= elemwisemerge-maximum 2,3,3
nin: {num_units: 2, b: N, name: a, nonlinearity: linear}
elemwisemerge: {incoming: [a, input0], merge_function: maximum}
= elemwisemerge-minimum 2,3,3
nin: {num_units: 2, b: N, name: a, nonlinearity: linear}
nin: {num_units: 2, b: N, name: b, nonlinearity: linear}
elemwisemerge: {incoming: [a, input0, b], merge_function: minimum}
= concat 2,6,6
conv2d: {num_filters: 3, filter_size: 3, b: N, name: a}
concat: {incoming: [a, input0], cropping: [null, null, lower, upper]}
= concat-rows 2,3,4
nin: {num_units: 2, b: N, name: a}
concat: {incoming: [input0, a], axis: 2}
= flatten 2,3,4
flatten: {outdim: 3}
scale: {scales: N}
= reshape 2,3,4
reshape: {shape: [[0], 4, -1]}
bias: {b: N}
= dimshuffle 2,3,4
dimshuffle: {pattern: [0, 3, x, 1, 2]}
= dimshuffle-view 1,3,4
dimshuffle: {pattern: [0, 2, 1, 3]}
= slice-step 2,6,5
slice: {indices: [4, null, -2], axis: 2}
= slice-cell 3,4,5
slice: {indices: -2, axis: 1}
= pad-constant 2,3,4
pad: {width: [[1, 0], 2], val: -0.5}
= pad-reflect 2,4,4
pad: {width: [[1, 2], [3, 0]], mode: reflect}
= pad-edge 3,4
pad: {width: [[1, 2], [3, 0]], mode: edge, batch_ndim: 1}
END
}

# model.yaml of one of them.
write_network() { # NAME
    networks | awk -v name="$1" '
        $1 == "=" && $2 == name {
            print "data: {normalize: {mean: 0.25, std: 1.75}}"
            print "layers:"
            print "  - input: {shape: [" $3 "]}"
        }
        $1 != "=" && on { print "  - " $0 }
        $1 == "=" { on = $2 == name }' >model.yaml
}

# Samples of that many numbers, positive and negative.
write_rows() { # NUMBERS COUNT
    awk -v n="$1" -v rows="$2" 'BEGIN {
        x = 12345
        for (r = 0; r < rows; r++)
            for (i = 0; i < n; i++) {
                x = (x * 1103 + 12347) % 100003
                printf "%.4f%s", x / 20000 - 2.5, i < n - 1 ? "," : "\n"
            }
    }'
}

# Rows of two files agree to 1e-5.
expect_close() { # FILE FILE
    paste -d, "$1" "$2" | awk -F, '
        NF % 2 { print "rows of different lengths"; exit 1 }
        {
            for (i = 1; i <= NF / 2; i++) {
                a = $i; b = $(i + NF / 2)
                d = a - b; d = d < 0 ? -d : d
                size = b < 0 ? -b : b
                if (!(d <= 1e-5 * (size > 1 ? size : 1))) {
                    print "row " NR ", number " i ": " a " and " b
                    exit 1
                }
                seen++
            }
        }
        END { exit !seen }' >differs ||
        fail "$1 and $2 differ: $(cat differs)"
}

# A network with all that inference folds, and batch normalization that it
# cannot fold, with statistics that training left; classes of hostile names.
need_trained() {
    trained=$SHARED/trained.safetensors
    [ ! -e "$trained" ] || return 0
    cat >"$SHARED/trained.yaml" <<'END'
data:
  train: {digits: {count: 200, seed: 1}}
  split: {eval_size: 1/4, shuffle: false}
layers:
  - input: {shape: [1, 28, 28]}
  - conv2d: {num_filters: 4, filter_size: 5, stride: 2, normalize: batch}
  - maxpool2d: {pool_size: 2}
  - batchnorm
  - nonlinearity
  - residual: [{conv2d: {num_filters: 4, filter_size: 3, pad: same, normalize: batch}}]
  - batchnorm: {axes: [0, 1], nonlinearity: tanh}
  - dense: {num_units: 12, normalize: batch}
  - dropout
  - dense: {num_units: 10, nonlinearity: softmax}
train: {max_epochs: 2, batch_size: 25, update: adam, learning_rate: 0.01}
END
    run fit "$SHARED/trained.yaml" -o "$trained" -q
    expect_status 0
}
