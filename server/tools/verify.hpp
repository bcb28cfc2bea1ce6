// liuhen-verify: is the stored history what it was? Recomputes every chain, compares what stands in
// the tables with what was hashed, and holds both against the signed lists. Reads only.
#pragma once

#include "base/time.hpp"
#include "server/history/list.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::verify {

/// What can be wrong. `code()` is its stable name; docs/history.md says what each one means.
enum class Fault : std::uint8_t {
    record_changed,    ///< a column says something else than the record that was hashed
    chain_broken,      ///< a record's digests do not follow from it and the one before
    record_misplaced,  ///< a record stands in the place of another version or manifest
    record_missing,    ///< versions are not 1, 2, 3, …
    manifest_changed,  ///< the current manifest is not what its newest record led to
    history_missing,   ///< a manifest without any record
    manifest_missing,  ///< a signed list names a manifest that is gone
    head_missing,      ///< a signed list names a record that is gone
    head_changed,      ///< a signed list names a record with other digests
    list_missing,      ///< a number that no list has, or only the folder's
    list_changed,      ///< a list, or its heads, is not what was signed
    list_forged,       ///< a signature is wrong, or of a key that is not trusted
    list_unlinked,     ///< a list does not follow the one before
    not_listed,        ///< a record neither listed nor waiting for a list
    pending_wrong,     ///< a record said to wait for a list is gone or has other digests
    file_missing,      ///< a file that a record names is gone
    file_changed,      ///< a file's content is not what a record names it by
    totals_wrong,      ///< more or fewer records than the lists count
    count_,
};
std::string_view code(Fault fault);

struct Finding {
    Fault fault{};
    std::string manifest;     ///< uuid; empty: none in particular
    std::uint32_t version{};  ///< 0: none in particular
    std::uint64_t list{};     ///< 0: none in particular
    std::string field;        ///< column, or JSON pointer into the document
    std::string detail;       ///< a plain sentence
};

struct Options {
    std::string database;  ///< libpq connection string
    std::string role = "liuhen_reader";
    std::string manifest;             ///< number or uuid; empty: all
    std::optional<Instant> from, to;  ///< of the making of manifests; half-open
    std::string anchors;              ///< folder of signed lists; empty: those of the database
    std::vector<std::string> keys;    ///< files of trusted public keys
};

struct Report {
    std::uint64_t manifests{}, records{}, lists{};
    std::uint64_t faults{};          ///< in all
    std::vector<Finding> findings;   ///< the first `most_findings`
    std::vector<std::string> notes;  ///< what limits the verdict

    static constexpr std::size_t most_findings = 1'000;
    void add(Finding finding);
    [[nodiscard]] bool sound() const { return faults == 0; }
};

/// Where the work stands, a few times a second at most.
struct Progress {
    virtual ~Progress() = default;
    virtual void at(const Report& report) = 0;
};

/// Looks at all that `options` name, in one snapshot. Throws std::runtime_error with a plain
/// sentence, or pqxx's errors, when it cannot look.
Report verify(const Options& options, Progress& progress);

/// The whole program: 0 sound, 1 broken, 2 could not look.
int main_of(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace liuhen::server::verify
