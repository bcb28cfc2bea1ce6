#include "manifest/papers.hpp"

#include "manifest/filing.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

using std::chrono::sys_days;

void fail(Check& check, std::string code, std::string pointer, std::string value) {
    check.outcome = Check::Outcome::failed;
    check.findings.push_back({std::move(code), std::move(pointer), std::move(value)});
}

bool covers(const TransportPermit& permit, std::string_view dg_class) {
    return std::ranges::any_of(permit.dg_classes, [&](const std::string& one) {
        return one == dg_class || one == dg_class.substr(0, dg_class.find('.'));
    });
}

void judge_permits(const Manifest& manifest, const CarrierPapers& papers, sys_days day,
                   PapersOpinion& opinion) {
    std::vector<std::string> classes;
    for (const auto& line : manifest.lines) {
        if (is_dangerous_goods(manifest, line)) classes.push_back(line.dg_class);
    }
    if (classes.empty()) return;
    if (papers.permits.empty()) {
        opinion.warnings.push_back({"TRANSPORT_PERMIT_UNREGISTERED", "", ""});
        return;
    }
    const auto valid = [&](const TransportPermit& one) { return one.valid.covers(day); };
    if (std::ranges::none_of(papers.permits, valid)) {
        return fail(opinion.vehicle_permit, "PERMIT_EXPIRED", "", "");
    }
    for (const auto& wanted : classes) {
        const bool held = std::ranges::any_of(papers.permits, [&](const TransportPermit& one) {
            return valid(one) && covers(one, wanted);
        });
        if (!held) fail(opinion.vehicle_permit, "PERMIT_SCOPE", "", wanted);
    }
}

void judge_vehicle(const Acceptance& acceptance, const CarrierPapers& papers, sys_days day,
                   PapersOpinion& opinion) {
    if (!papers.registers_vehicles) {
        opinion.warnings.push_back({"VEHICLE_PERMIT_UNREGISTERED", "/vehicle", ""});
        return;
    }
    const bool held = std::ranges::any_of(
        papers.vehicle, [&](const VehiclePermit& one) { return one.valid.covers(day); });
    if (!held) fail(opinion.vehicle_permit, "PERMIT_EXPIRED", "/vehicle", acceptance.vehicle.text);
}

bool is_certified(const Person& person, bool as_escort, const CarrierPapers& papers, sys_days day) {
    return std::ranges::any_of(papers.crew, [&](const CrewCertificate& one) {
        const bool is_theirs = person.certificate_no.empty() ? one.person == person.name
                                                             : one.number == person.certificate_no;
        return one.of_escort == as_escort && is_theirs && one.valid.covers(day);
    });
}

void judge_crew(const Manifest& manifest, const Acceptance& acceptance, const CarrierPapers& papers,
                sys_days day, PapersOpinion& opinion) {
    const bool needs_escort = std::ranges::any_of(
        manifest.lines, [&](const WasteLine& line) { return is_dangerous_goods(manifest, line); });
    const bool alone = needs_escort && acceptance.escort.name.empty();
    if (papers.crew.empty()) {
        opinion.warnings.push_back({"CREW_UNREGISTERED", "/driver", ""});
        if (alone) opinion.warnings.push_back({"NO_ESCORT", "/escort", ""});
        return;
    }
    if (alone) fail(opinion.crew, "NO_ESCORT", "/escort", "");
    if (!is_certified(acceptance.driver, false, papers, day)) {
        fail(opinion.crew, "CERT_EXPIRED", "/driver", acceptance.driver.certificate_no);
    }
    const bool escorted = !acceptance.escort.name.empty();
    if (escorted && !is_certified(acceptance.escort, true, papers, day)) {
        fail(opinion.crew, "CERT_EXPIRED", "/escort", acceptance.escort.certificate_no);
    }
}

}  // namespace

sys_days civil_day(Instant t) {
    return std::chrono::floor<std::chrono::days>(t + china_standard_time);
}

bool is_dangerous_goods(const Manifest& manifest, const WasteLine& line) {
    const bool exempt = !line.exempt_rule.empty() && line.exempt_condition;
    return is_hazardous(manifest.kind, line.code) && !line.dg_class.empty() && !exempt;
}

PapersOpinion judge_papers(const Manifest& manifest, const Acceptance& acceptance,
                           const CarrierPapers& papers, Instant at) {
    const auto day = civil_day(manifest.planned_depart_at.value_or(at));
    PapersOpinion opinion{Check::satisfied(), Check::satisfied(), {}};
    judge_permits(manifest, papers, day, opinion);
    judge_vehicle(acceptance, papers, day, opinion);
    judge_crew(manifest, acceptance, papers, day, opinion);
    return opinion;
}

LoadOpinion judge_load(const Loading& loading, const std::vector<VehiclePermit>& vehicle,
                       Instant at) {
    LoadOpinion opinion{Check::satisfied(), {}};
    if (!loading.gross_g || !loading.tare_g) return opinion;  // the driver signs what was weighed
    std::optional<Grams> rated;
    for (const auto& permit : vehicle) {
        if (!permit.rated_load_g || !permit.valid.covers(civil_day(at))) continue;
        if (!rated || *permit.rated_load_g < *rated) rated = permit.rated_load_g;
    }
    const Grams net = *loading.gross_g - *loading.tare_g;
    if (!rated) {
        opinion.warnings.push_back({"RATED_LOAD_UNKNOWN", "", ""});
    } else if (net > *rated) {
        fail(opinion.rated_load, "OVERLOAD", "/gross_g", std::to_string(net.value));
    }
    return opinion;
}

ScaleOpinion judge_scale(const std::string& number, const std::vector<Scale>& scales, Instant at) {
    ScaleOpinion opinion{Check::satisfied(), {}, {}};
    if (scales.empty()) {
        opinion.warnings.push_back({"SCALE_UNREGISTERED", "/scale", ""});
        return opinion;
    }
    const Scale* newest = nullptr;
    for (const auto& one : scales) {
        const bool later = newest == nullptr || newest->calibration_to < one.calibration_to;
        if (one.in_use && one.number == number && later) newest = &one;
    }
    if (newest == nullptr) {
        fail(opinion.scale, "SCALE_UNKNOWN", "/scale", number);
        return opinion;
    }
    opinion.floor_g = newest->floor_g;
    if (newest->calibration_to < civil_day(at)) {
        opinion.warnings.push_back({"SCALE_CALIBRATION", "/scale", number});
    }
    return opinion;
}

}  // namespace liuhen::manifest
