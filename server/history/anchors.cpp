#include "server/history/anchors.hpp"

#include "server/store/anchors.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <utility>

namespace liuhen::server::history {
namespace {

AnchorList understood(const SignedList& list) {
    auto said = read_list(list.text);
    if (!said) throw AnchorsDisagree{"a stored list cannot be read"};
    return *std::move(said);
}

// A manifest that changed more than once is listed with its newest record.
std::vector<Head> newest_of_each(const std::vector<Head>& records) {
    std::vector<Head> heads;
    for (const Head& one : records) {
        if (!heads.empty() && heads.back().manifest == one.manifest)
            heads.back() = one;
        else
            heads.push_back(one);
    }
    return heads;
}

}  // namespace

struct AnchorKeeper::Session {
    explicit Session(const std::string& conninfo) : connection(conninfo) {}
    pqxx::connection connection;
};

AnchorKeeper::AnchorKeeper(std::string conninfo, const std::string& folder,
                           const std::string& key_file, const Clock& clock)
    : conninfo_(std::move(conninfo)),
      clock_(clock),
      keys_(SigningKeys::load_or_make(key_file)),
      folder_(folder) {
    folder_.publish(keys_.keys());
}

AnchorKeeper::~AnchorKeeper() = default;

void AnchorKeeper::end() { session_.reset(); }

AnchorKeeper::Written AnchorKeeper::write() {
    Written written;
    try {
        if (!session_) open();
        while (const auto list = list_some(*session_)) {
            folder_.append(last_.number, *list);
            ++written.lists;
            written.heads += list->heads.size();
        }
    } catch (...) {  // what of it was done is found out at the next opening
        session_.reset();
        throw;
    }
    return written;
}

void AnchorKeeper::open() {
    auto session = std::make_unique<Session>(conninfo_);
    {
        pqxx::work db{session->connection};
        store::publish_keys(db, keys_.keys(), clock_.now());
        db.commit();
    }
    agree(*session);
    session_ = std::move(session);
}

// A list is committed first and appended then: after a crash the folder may lack the last ones.
// The folder is ahead when the database went back in time; the lists go on from the folder's.
void AnchorKeeper::agree(Session& session) {
    const auto in_folder = folder_.newest();
    const std::uint64_t folder_has = in_folder ? understood(*in_folder).number : 0;
    std::uint64_t database_has = 0;
    std::optional<SignedList> in_database;
    {
        pqxx::work db{session.connection};
        database_has = store::newest_list(db);
        in_database = store::find_list(db, std::min(folder_has, database_has));
    }
    if (folder_has == database_has && in_folder && in_database->text != in_folder->text)
        throw AnchorsDisagree{"list " + std::to_string(folder_has) +
                              " is another in the database than in the folder"};
    last_ = {};
    last_digests_ = before_the_first;
    if (in_folder) remember(understood(*in_folder), in_folder->text);
    if (folder_has < database_has) copy_to_folder(session, folder_has + 1, database_has);
    if (database_has < folder_has) copy_to_database(session, database_has + 1);
}

void AnchorKeeper::copy_to_folder(Session& session, std::uint64_t from, std::uint64_t until) {
    pqxx::work db{session.connection};
    for (std::uint64_t number = from; number <= until; ++number) {
        const auto list = store::find_list(db, number);
        if (!list) throw AnchorsDisagree{"list " + std::to_string(number) + " is missing"};
        const AnchorList said = understood(*list);
        const bool follows = said.number == number && said.previous == last_digests_ &&
                             said.root == root_of_heads(list->heads) &&
                             keys_.verifier().check(list->text, list->signatures) == Verdict::good;
        if (!follows)
            throw AnchorsDisagree{"list " + std::to_string(number) +
                                  " of the database is not one that this key signed in its turn"};
        folder_.append(number, *list);
        remember(said, list->text);
    }
}

void AnchorKeeper::copy_to_database(Session& session, std::uint64_t from) {
    AnchorReader reader{folder_.path(), from};
    while (const auto line = reader.next()) {
        if (!line->list) throw AnchorsDisagree{line->where + " is no list"};
        const AnchorList said = understood(*line->list);
        if (said.number < from) continue;
        pqxx::work db{session.connection};
        for (const Verifier& one : keys_in(folder_.path()))
            store::publish_keys(db, one.keys(), clock_.now());
        store::insert_list(db, said, *line->list);
        db.commit();
        ++lost_by_database_;
    }
}

std::optional<SignedList> AnchorKeeper::list_some(Session& session) {
    pqxx::work db{session.connection};
    const auto records = store::take_pending(db, max_heads);
    const bool silent =
        records.empty() && last_.number != 0 && monotonic() - last_at_ < longest_silence;
    if (silent) return std::nullopt;
    SignedList list;
    list.heads = newest_of_each(records);
    AnchorList said = last_;
    said.number = last_.number + 1;
    said.at = clock_.now();
    said.heads = list.heads.size();
    said.records += records.size();
    for (const Head& one : records) said.manifests += one.version == 1 ? 1U : 0U;
    said.key_id = keys_.keys().id;
    said.ed25519 = keys_.keys().ed25519;
    said.sm2 = keys_.keys().sm2;
    said.previous = last_digests_;
    said.root = root_of_heads(list.heads);
    list.text = list_text(said);
    list.signatures = keys_.sign(list.text);
    store::insert_list(db, said, list);
    db.commit();
    remember(said, list.text);
    return list;
}

void AnchorKeeper::remember(const AnchorList& said, const std::string& text) {
    last_ = said;
    last_digests_ = digests_of({text});
    last_at_ = monotonic();
}

std::string key_beside(const std::string& folder) {
    const std::filesystem::path path{folder};
    const auto parent = path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
    return parent / "history.key";
}

}  // namespace liuhen::server::history
