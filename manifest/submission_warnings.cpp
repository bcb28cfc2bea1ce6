// What a submit takes although it is incomplete, and says beside success. Order 23 arts. 9-11.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

void warn_of_party(const Party& party, const std::string& pointer, bool hazardous,
                   std::vector<Warning>& warnings) {
    if (party.address.empty() || party.contact.empty() || party.phone.empty() ||
        party.emergency_phone.empty()) {
        warnings.push_back(warn("CONTACT_MISSING", pointer));
    }
    if (hazardous && party.emergency_plan_no.empty()) {
        warnings.push_back(warn("EMERGENCY_PLAN_MISSING", pointer + "/emergency_plan_no"));
    }
}

// What a producer takes back needs no contract with itself.
void warn_of_contracts(const Manifest& manifest, std::vector<Warning>& warnings) {
    if (manifest.contract_no.empty() && manifest.producer.id != manifest.receiver.id) {
        warnings.push_back(warn("CONTRACT_MISSING", "/contract_no"));
    }
    if (manifest.carriage_contract_no.empty()) {
        warnings.push_back(warn("CONTRACT_MISSING", "/carriage_contract_no"));
    }
}

void warn_of_batch(const std::string& batch, std::string pointer, std::vector<Warning>& warnings) {
    if (batch.empty() || parse_batch_code(batch)) return;
    warnings.push_back(warn("BATCH_CODE_FORM", std::move(pointer)));
}

}  // namespace

std::vector<Warning> submission_warnings(const Manifest& manifest) {
    std::vector<Warning> warnings;
    const bool hazardous = std::ranges::any_of(manifest.lines, [&](const WasteLine& line) {
        return is_hazardous(manifest.kind, line.code);
    });
    warn_of_party(manifest.producer, "/producer", hazardous, warnings);
    warn_of_party(manifest.receiver, "/receiver", hazardous, warnings);
    for (std::size_t i = 0; i < manifest.legs.size(); ++i) {
        const std::string pointer =
            manifest.legs.size() == 1 ? "/carrier" : "/legs/" + std::to_string(i) + "/carrier";
        warn_of_party(manifest.legs[i].carrier, pointer, hazardous, warnings);
    }
    if (hazardous) warn_of_contracts(manifest, warnings);
    for (std::size_t i = 0; i < manifest.lines.size(); ++i) {
        const std::string line = "/lines/" + std::to_string(i);
        warn_of_batch(manifest.lines[i].ledger_batch_out, line + "/ledger_batch_out", warnings);
    }
    return warnings;
}

}  // namespace liuhen::manifest
