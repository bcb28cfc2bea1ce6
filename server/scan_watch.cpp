#include "server/scan_watch.hpp"

#include "server/store/postings.hpp"
#include "server/store/scans.hpp"

#include <algorithm>

namespace liuhen::server {

using namespace manifest::custody;
using manifest::Manifest;

Manifest labelled(pqxx::transaction_base& db, Manifest manifest) {
    if (manifest.containers.empty()) return manifest;
    const auto labels = store::labels_of(db, manifest.id);
    for (auto& one : manifest.containers) {
        const auto label = labels.find(one.code);
        if (one.tag_id.empty() && label != labels.end()) one.tag_id = label->second;
    }
    return manifest;
}

std::vector<StageJudgement> judge_stages(pqxx::transaction_base& db, const Manifest& manifest) {
    return judge_scans(labelled(db, manifest), store::plain(store::scans_of(db, manifest.id)),
                       store::tag_patterns(db));
}

std::vector<StageJudgement> raise_differences(pqxx::transaction_base& db, const Manifest& manifest,
                                              Instant now) {
    store::hold_scans(db, manifest.id);
    auto stages = judge_stages(db, manifest);
    if (!stages.empty()) store::raise_differences(db, manifest.id, stages, now);
    return stages;
}

void tell_of_unscanned(pqxx::transaction_base& db, const Manifest& manifest, Instant now) {
    if (manifest.containers.empty()) return;
    const auto scans = store::scans_of(db, manifest.id);
    const bool loaded = std::ranges::any_of(
        scans, [](const auto& one) { return one.scan.purpose == ScanPurpose::load; });
    if (!loaded) store::tell_of_unscanned(db, manifest.id, now);
}

}  // namespace liuhen::server
