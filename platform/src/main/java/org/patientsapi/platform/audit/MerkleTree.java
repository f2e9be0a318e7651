package org.patientsapi.platform.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The hash tree of RFC 9162 (Certificate Transparency 2.0), section 2.1, with SHA-256. */
final class MerkleTree {

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleTree() {}

    static byte[] leafHash(byte[] leaf) {
        MessageDigest digest = sha256();
        digest.update(LEAF);
        return digest.digest(leaf);
    }

    /** MTH: the root over these leaf hashes. */
    static byte[] root(List<byte[]> leafHashes) {
        Growing tree = new Growing();
        leafHashes.forEach(tree::add);
        return tree.root();
    }

    /** A tree of any size in the memory of its height: of each full subtree only the root is kept. */
    static final class Growing {

        private final Deque<byte[]> subtrees = new ArrayDeque<>();
        private long leaves;

        void add(byte[] leafHash) {
            byte[] subtree = leafHash;
            for (long full = leaves; (full & 1) == 1; full >>= 1) {
                subtree = node(subtrees.pop(), subtree);
            }
            subtrees.push(subtree);
            leaves++;
        }

        long leaves() {
            return leaves;
        }

        byte[] root() {
            Iterator<byte[]> fromTheRight = subtrees.iterator();
            if (!fromTheRight.hasNext()) {
                return sha256().digest();
            }
            byte[] root = fromTheRight.next();
            while (fromTheRight.hasNext()) {
                root = node(fromTheRight.next(), root);
            }
            return root;
        }
    }

    /** PATH: what has to be hashed to a leaf, from below, to get the root. */
    static List<byte[]> path(int index, List<byte[]> leafHashes) {
        List<byte[]> downwards = new ArrayList<>();
        List<byte[]> tree = leafHashes;
        int place = index;
        while (tree.size() > 1) {
            int split = split(tree.size());
            List<byte[]> left = tree.subList(0, split);
            List<byte[]> right = tree.subList(split, tree.size());
            boolean isLeft = place < split;
            downwards.add(root(isLeft ? right : left));
            tree = isLeft ? left : right;
            place = isLeft ? place : place - split;
        }
        Collections.reverse(downwards);
        return downwards;
    }

    static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    /** The largest power of two below {@code size}. */
    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    private static byte[] node(byte[] left, byte[] right) {
        MessageDigest digest = sha256();
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
