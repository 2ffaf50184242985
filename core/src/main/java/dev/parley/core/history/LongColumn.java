package dev.parley.core.history;

import java.util.Arrays;

/**
 * A growing row of longs in pages. One writer appends; whoever holds {@link #pages()} as of some size may read all
 * below that size, on any thread, for ever: a page that such a reader sees is never replaced by another content.
 *
 * <p>Cost: appending copies nothing but the first page while it is small, and the table of pages, one reference a page.
 */
final class LongColumn {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int PAGE_FIRST = 16;

    private long[][] pages = {new long[PAGE_FIRST]};
    private int size;

    long[][] pages() {
        return pages;
    }

    void add(long value) {
        int page = size >>> PAGE_BITS;
        int at = size & (PAGE - 1);
        if (page == 0 && at == pages[0].length) {
            // A new table, so that readers of the old one keep their page.
            pages = new long[][] {Arrays.copyOf(pages[0], 2 * at)};
        } else if (page > 0 && at == 0) {
            if (page == pages.length) {
                pages = Arrays.copyOf(pages, 2 * page);
            }
            pages[page] = new long[PAGE];
        }
        pages[page][at] = value;
        size++;
    }

    static long get(long[][] pages, int index) {
        return pages[index >>> PAGE_BITS][index & (PAGE - 1)];
    }
}
