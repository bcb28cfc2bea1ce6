// Lists the heads of the chains that changed, signs the list, and puts it where the database's
// owner cannot reach it. Once a minute, and when the server stops.
#pragma once

#include "server/clock.hpp"
#include "server/history/folder.hpp"
#include "server/history/key.hpp"
#include "server/history/list.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace liuhen::server::history {

inline constexpr std::chrono::seconds anchor_every{60};
/// A minute without a change writes nothing, an hour without one a list without heads: it shows
/// that the lists before it are all there were.
inline constexpr std::chrono::hours longest_silence{1};

/// The lists in the database and those in the folder contradict each other; a plain sentence.
struct AnchorsDisagree : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Blocks; belongs to one thread at a time, and no other server works on the database.
class AnchorKeeper {
public:
    /// `conninfo` is liuhen_core's. Throws std::runtime_error when the folder or keys cannot be
    /// used.
    AnchorKeeper(std::string conninfo, const std::string& folder, const std::string& key_file,
                 const Clock& clock);
    ~AnchorKeeper();
    AnchorKeeper(const AnchorKeeper&) = delete;
    AnchorKeeper& operator=(const AnchorKeeper&) = delete;

    struct Written {
        std::size_t lists{};
        std::size_t heads{};
    };
    /// Lists whatever waits, `max_heads` records at a time: memory does not grow with the minute.
    /// The first call, and the one after a failure, makes database and folder agree before: what
    /// a crash kept from one of the two is copied from the other. Throws AnchorsDisagree, pqxx and
    /// file errors; nothing is lost by them, the next call goes on.
    Written write();
    /// Gives its connection back.
    void end();

    [[nodiscard]] const PublicKeys& keys() const { return keys_.keys(); }
    /// How many lists the folder had that the database had lost, as after a restored backup.
    [[nodiscard]] std::size_t lost_by_database() const { return lost_by_database_; }

private:
    struct Session;
    void open();
    void agree(Session& session);
    void copy_to_folder(Session& session, std::uint64_t from, std::uint64_t until);
    void copy_to_database(Session& session, std::uint64_t from);
    std::optional<SignedList> list_some(Session& session);
    void remember(const AnchorList& said, const std::string& text);

    std::string conninfo_;
    const Clock& clock_;
    SigningKeys keys_;
    AnchorFolder folder_;
    std::unique_ptr<Session> session_;
    AnchorList last_{};  ///< number 0: none yet
    Digests last_digests_ = before_the_first;
    Monotonic last_at_{};
    std::size_t lost_by_database_ = 0;
};

/// Where the key lies unless told otherwise: `history.key` in the folder that holds the anchors'.
std::string key_beside(const std::string& folder);

}  // namespace liuhen::server::history
