// SQL of the files that organisations send, as the caller may see them. A file's id is the SHA-256
// of its content, 64 lower-case hex digits.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::store {

/// What is said of a file when it is sent: who, when, where, what it proves.
struct FileWords {
    std::string kind;  ///< "PHOTO", "SCAN", "REPORT"; empty: not said
    std::string proves;
    std::optional<Instant> taken_at;
    std::optional<LatLon> where;
};

/// A file without its content.
struct StoredFile {
    std::string id;
    PartyId party;  ///< who sent it
    std::string person;
    std::int64_t size{};  ///< bytes
    std::string content_type;
    FileWords words;
    Instant received_at;
    std::string events;  ///< JSON: [{event, version, at}] of the manifest asked about; else empty
};

struct Content {
    std::string id;
    std::string_view bytes;
    std::string_view type;  ///< "image/jpeg"
};

/// Who sends, and when.
struct Sender {
    PartyId party;
    std::string person;
    std::string token_id;
    Instant now;
};

/// The caller's own file of that id.
std::optional<StoredFile> find_own_file(pqxx::transaction_base& db, const PartyId& party,
                                        const std::string& id);
/// Bytes that an organisation sent from `since` on.
std::int64_t bytes_sent_since(pqxx::transaction_base& db, const PartyId& party, Instant since);
/// Stores content and words; what is there already stays as it is.
void keep_file(pqxx::transaction_base& db, const Sender& sender, const Content& content,
               const FileWords& words);

/// One that the caller may see; where several sent it, the caller's own first.
std::optional<StoredFile> find_file(pqxx::transaction_base& db, const std::string& id);
/// The content of one that was found.
std::string file_bytes(pqxx::transaction_base& db, const std::string& id);
/// Those that any version of the manifest names, by id, after the one with the id `after`.
std::vector<StoredFile> files_of_manifest(pqxx::transaction_base& db, const ManifestId& manifest,
                                          const std::string& after, int limit);

/// Of these ids, those of no file that the caller may name for the manifest: it names its own, and
/// what the manifest names already.
std::vector<std::string> unknown_files(pqxx::transaction_base& db, const ManifestId& manifest,
                                       const std::vector<std::string>& ids);
/// Writes down that a version of the manifest names these files, none of which is unknown.
void attach_files(pqxx::transaction_base& db, const ManifestId& manifest, std::uint32_t version,
                  const std::vector<std::string>& ids);

}  // namespace liuhen::server::store
