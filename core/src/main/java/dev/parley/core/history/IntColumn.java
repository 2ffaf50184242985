package dev.parley.core.history;

import java.util.Arrays;

/**
 * A growing row of ints in pages. One writer appends; whoever holds {@link #pages()} as of some size may read all below
 * that size, on any thread, for ever: a page that such a reader sees is never replaced by another content.
 *
 * <p>Cost: appending copies nothing but the first page while it is small, and the table of pages, one reference a page.
 */
final class IntColumn {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int PAGE_FIRST = 16;

    private int[][] pages = {new int[PAGE_FIRST]};
    private int size;

    int[][] pages() {
        return pages;
    }

    int size() {
        return size;
    }

    void add(int value) {
        int page = size >>> PAGE_BITS;
        int at = size & (PAGE - 1);
        if (page == 0 && at == pages[0].length) {
            // A new table, so that readers of the old one keep their page.
            pages = new int[][] {Arrays.copyOf(pages[0], 2 * at)};
        } else if (page > 0 && at == 0) {
            if (page == pages.length) {
                pages = Arrays.copyOf(pages, 2 * page);
            }
            pages[page] = new int[PAGE];
        }
        pages[page][at] = value;
        size++;
    }

    int get(int index) {
        return get(pages, index);
    }

    void set(int index, int value) {
        pages[index >>> PAGE_BITS][index & (PAGE - 1)] = value;
    }

    static int get(int[][] pages, int index) {
        return pages[index >>> PAGE_BITS][index & (PAGE - 1)];
    }
}
