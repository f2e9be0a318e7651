package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

    private static final HexFormat HEX = HexFormat.of();

    /** The inputs that implementations of Certificate Transparency are commonly tried on, and their published roots. */
    private static final List<byte[]> LEAVES = IntStream.of(0, 1, 2, 3, 4, 6, 8, 16)
            .mapToObj(length -> switch (length) {
                case 0 -> "";
                case 1 -> "00";
                case 2 -> "10";
                case 3 -> "2021";
                case 4 -> "3031";
                case 6 -> "40414243";
                case 8 -> "5051525354555657";
                default -> "606162636465666768696a6b6c6d6e6f";
            })
            .map(HEX::parseHex)
            .map(MerkleTree::leafHash)
            .toList();

    @Test
    void the_roots_are_those_of_certificate_transparency() {
        assertThat(HEX.formatHex(MerkleTree.root(List.of())))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(HEX.formatHex(MerkleTree.root(LEAVES.subList(0, 1))))
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(HEX.formatHex(MerkleTree.root(LEAVES.subList(0, 2))))
                .isEqualTo("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assertThat(HEX.formatHex(MerkleTree.root(LEAVES.subList(0, 3))))
                .isEqualTo("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assertThat(HEX.formatHex(MerkleTree.root(LEAVES)))
                .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    @Test
    void every_path_of_every_tree_leads_to_its_root() {
        for (int size = 1; size <= 40; size++) {
            List<byte[]> leaves = IntStream.range(0, size)
                    .mapToObj(i -> MerkleTree.leafHash(("leaf " + i).getBytes(UTF_8)))
                    .toList();
            for (int index = 0; index < size; index++) {
                assertThat(InclusionProofs.root(leaves.get(index), index, size, MerkleTree.path(index, leaves)))
                        .isEqualTo(MerkleTree.root(leaves));
            }
        }
    }
}
