#include "server/papers.hpp"

#include "server/media.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace liuhen::server {
namespace {

// The first bytes of something too large.
std::vector<std::byte> beginning_of(std::span<const std::byte> bytes) {
    const auto kept = bytes.first(std::min(bytes.size(), store::max_quarantine_bytes));
    return {kept.begin(), kept.end()};
}

}  // namespace

void add_papers(store::Entry& entry, telematics::Turn& turn, const KnownTerminal& terminal,
                const std::string& peer, Instant received) {
    const auto& number = terminal.enrolled.terminal.text;
    for (auto& medium : std::exchange(turn.media, {})) {
        if (medium.data.size() > max_medium_bytes) {
            entry.quarantine.push_back(
                {number, peer, received, "medium_too_large", beginning_of(medium.data)});
            continue;
        }
        entry.media.push_back(store::to_row(std::move(medium), terminal.key, received));
    }
    for (auto& document : std::exchange(turn.documents, {})) {
        if (document.body.size() > max_document_bytes) {
            entry.quarantine.push_back(
                {number, peer, received, "document_too_large", beginning_of(document.body)});
            continue;
        }
        entry.documents.push_back(store::to_row(std::move(document), terminal.key, received));
    }
}

}  // namespace liuhen::server
