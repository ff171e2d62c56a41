"""Makes a model file of random weights: garbage words, a real protocol.

Two layers, width 64, a byte vocabulary. Seeded, so that the same file is made everywhere.
"""

import sys

import gguf
import numpy as np

WIDTH, HEADS, LAYERS, FEED, CONTEXT = 64, 4, 2, 128, 1024
SPECIAL = ["<unk>", "<s>", "</s>"]
# One number of the hidden state is the same for every token; with it, tokens can be ruled out.
CONSTANT = 0
WORDS = [" the", " of", " and", " to", " in", " is", " that", " for", " with", " as", ".", ",", "\n"]


def vocabulary():
    tokens, scores, kinds = [], [], []
    for index, token in enumerate(SPECIAL):
        tokens.append(token.encode())
        scores.append(0.0)
        kinds.append(gguf.TokenType.UNKNOWN if index == 0 else gguf.TokenType.CONTROL)
    for byte in range(256):
        tokens.append(f"<0x{byte:02X}>".encode())
        scores.append(0.0)
        kinds.append(gguf.TokenType.BYTE)
    for rank, word in enumerate(WORDS):
        tokens.append(word.replace(" ", "\u2581").encode())
        scores.append(-1.0 - rank)
        kinds.append(gguf.TokenType.NORMAL)
    return tokens, scores, kinds


def never(index):
    """Tokens the model must not say: specials, and bytes that are no printable ASCII.

    Half a character makes the server hold the text back and decode it again and again, for seconds.
    """
    byte = index - len(SPECIAL)
    return byte < 0 or (byte < 256 and not 0x20 <= byte <= 0x7E)


def main(path):
    random = np.random.default_rng(7)

    def weights(*shape):
        return (random.standard_normal(shape) * 0.3).astype(np.float32)

    tokens, scores, kinds = vocabulary()
    count = len(tokens)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(count)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(
        "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:"
    )
    embedding = weights(count, WIDTH)
    embedding[:, CONSTANT] = 3.0
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    # Words are likelier than bytes, so that the garbage reads as text.
    output = weights(count, WIDTH) * 0.1
    output[len(SPECIAL) + 256 :] += weights(len(WORDS), WIDTH) * 4
    output[:, CONSTANT] = [-50.0 if never(index) else 0.0 for index in range(count)]
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        name = f"blk.{layer}."
        writer.add_tensor(name + "attn_norm.weight", np.ones(WIDTH, dtype=np.float32))
        writer.add_tensor(name + "ffn_norm.weight", np.ones(WIDTH, dtype=np.float32))
        for part in ("attn_q", "attn_k", "attn_v"):
            writer.add_tensor(f"{name}{part}.weight", weights(WIDTH, WIDTH))
        # Nothing is added to the constant on its way through the layers.
        mixed, fed = weights(WIDTH, WIDTH), weights(WIDTH, FEED)
        mixed[CONSTANT] = fed[CONSTANT] = 0.0
        writer.add_tensor(name + "attn_output.weight", mixed)
        writer.add_tensor(name + "ffn_gate.weight", weights(FEED, WIDTH))
        writer.add_tensor(name + "ffn_up.weight", weights(FEED, WIDTH))
        writer.add_tensor(name + "ffn_down.weight", fed)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
