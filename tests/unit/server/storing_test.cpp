#include "server/storing.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace liuhen;
using namespace liuhen::server;
using store::Written;
using Verdict = Written::Verdict;

namespace {

/// A store that takes every observation but some, and says how often it was asked.
struct Refusing {
    std::set<std::int64_t> bad;
    std::size_t asked = 0;
    std::vector<std::int64_t> stored;
    std::vector<std::string> quarantined;
    Metrics metrics;
    Health health;
    Storing storing{[this](auto entries, auto, auto end) { return write(entries, end); },
                    [](auto) { return true; }, metrics, health};

    Written write(std::span<const store::Entry* const> entries, store::End end) {
        ++asked;
        std::vector<std::int64_t> hashes;
        for (const auto* entry : entries) {
            for (const auto& row : entry->observations) hashes.push_back(row.hash);
        }
        const auto is_bad = [this](std::int64_t hash) { return bad.contains(hash); };
        if (std::ranges::any_of(hashes, is_bad)) return {Verdict::bad_data, "22021", 0, 0};
        if (end == store::End::roll_back) return {};
        stored.insert(stored.end(), hashes.begin(), hashes.end());
        for (const auto* entry : entries) {
            for (const auto& row : entry->quarantine) quarantined.push_back(row.fault);
        }
        return {};
    }
};

store::Entry entry_of(std::int64_t first, std::int64_t count) {
    store::Entry entry;
    for (auto hash = first; hash < first + count; ++hash) {
        entry.observations.emplace_back();
        entry.observations.back().hash = hash;
    }
    return entry;
}

}  // namespace

TEST_CASE("two bad rows among hundreds are found in a few dozen transactions, in their order") {
    Refusing refusing;
    refusing.bad = {77, 400};
    auto entry = entry_of(0, 500);
    std::vector<Stored> ends;
    store::Entry* const one = &entry;
    refusing.storing.store_all({&one, 1}, [&](auto, auto, const auto& written, Stored how) {
        CHECK(written.verdict == Verdict::done);
        ends.push_back(how);
    });
    CHECK(ends == std::vector{Stored::parted});
    CHECK(refusing.stored.size() == 498);
    CHECK(std::ranges::is_sorted(refusing.stored));
    CHECK(refusing.quarantined ==
          std::vector<std::string>{"observation_refused", "observation_refused"});
    CHECK(refusing.asked < 40);
}

TEST_CASE("the neighbours of an entry with a bad row are stored whole, each told once, in order") {
    Refusing refusing;
    refusing.bad = {15};
    std::vector<store::Entry> entries{entry_of(0, 10), entry_of(10, 10), entry_of(20, 10)};
    std::vector<store::Entry*> pointers{&entries[0], &entries[1], &entries[2]};
    std::vector<Stored> ends(3, Stored::whole);
    std::size_t next = 0;
    refusing.storing.store_all(pointers, [&](auto first, auto count, const auto&, Stored how) {
        CHECK(first == next);
        for (auto i = first; i < first + count; ++i) ends[i] = how;
        next = first + count;
    });
    CHECK(next == 3);
    CHECK(ends == std::vector{Stored::whole, Stored::parted, Stored::whole});
    CHECK(refusing.stored.size() == 29);
}
