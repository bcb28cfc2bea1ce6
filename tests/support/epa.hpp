// Documents of the US e-Manifest as manifests of ours, by the rules of docs/epa.md. For tests: the
// service itself takes no foreign documents.
#pragma once

#include "base/time.hpp"
#include "base/units.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::test::epa {

using nlohmann::json;

/// What a document does not say: who stands for a site number here, from where to where and when.
struct Stand {
    std::map<std::string, std::string> parties;  ///< ids of ours by EPA site number
    std::string origin_site;
    std::string destination_site;
    Instant departs;
    Instant arrives;
};

/// A unit of weight, or of volume (`nanolitres` of one), exactly as the law defines it.
struct Unit {
    std::string_view code;
    std::int64_t ten_micrograms = 0;
    std::int64_t nanolitres = 0;
};
inline constexpr Unit units[] = {{"K", 100'000'000},          {"M", 100'000'000'000},
                                 {"P", 45'359'237},           {"T", 90'718'474'000},
                                 {"G", 0, 3'785'411'784},     {"L", 0, 1'000'000'000},
                                 {"N", 0, 1'000'000'000'000}, {"Y", 0, 764'554'857'984}};

/// What is known of a waste here, found by its UN or NA number, its state code, or "pcb". No rule
/// leads from their codes to ours: somebody who knows the waste has chosen.
struct Kin {
    std::string_view theirs, code, un_no, dg_class;
};
inline constexpr Kin kin[] = {{"NA1993", "900-249-08", "UN1993", "3"},
                              {"UN1988", "900-404-06", "UN1988", "3"},
                              {"UN3354", "900-003-04", "UN3354", "2.1"},
                              {"BCRUSH", "900-023-29", "UN3506", "8"},
                              {"pcb", "900-011-10", "UN3432", "9"}};

struct Method {
    std::string_view theirs, ours, purpose;
};
inline constexpr Method methods[] = {
    {"H010", "R4", "USE"},     {"H011", "R4", "USE"},      {"H020", "R2", "USE"},
    {"H039", "R3", "USE"},     {"H040", "D10", "DISPOSE"}, {"H050", "R1", "USE"},
    {"H061", "R12", "USE"},    {"H070", "D9", "DISPOSE"},  {"H081", "D8", "DISPOSE"},
    {"H110", "D9", "DISPOSE"}, {"H121", "D9", "DISPOSE"},  {"H131", "D2", "DISPOSE"},
    {"H132", "D5", "DISPOSE"}, {"H134", "D3", "DISPOSE"},  {"H141", "D15", "STORE"}};

inline const std::map<std::string, std::string, std::less<>> packages{
    {"BA", "BAG"},  {"CF", "BOX"},  {"CM", "BOX"},  {"CW", "BOX"},  {"CY", "OTHER"},
    {"DF", "DRUM"}, {"DM", "DRUM"}, {"DW", "DRUM"}, {"DT", "BULK"}, {"HG", "BULK"},
    {"TC", "TANK"}, {"TP", "IBC"},  {"TT", "TANK"}};

template <class Row, std::size_t n>
const Row& row_of(const Row (&rows)[n], std::string_view Row::*key, std::string_view wanted) {
    const auto* const row = std::ranges::find(rows, wanted, key);
    if (row == std::end(rows)) throw std::runtime_error{"no row for " + std::string{wanted}};
    return *row;
}

__extension__ using Wide = __int128;
inline std::int64_t nearest(Wide value, Wide divisor) {
    return static_cast<std::int64_t>((value + divisor / 2) / divisor);
}

/// Whole grams, rounded once at the end, half a gram upwards. A volume without a density is taken
/// for water; densities are in grams a litre.
inline Grams grams_of(std::int64_t quantity, std::string_view unit, std::int64_t density = 1'000) {
    const Unit& one = row_of(units, &Unit::code, unit);
    if (one.nanolitres == 0) return {nearest(Wide{quantity} * one.ten_micrograms, 100'000)};
    return {nearest(Wide{quantity} * one.nanolitres * density, 1'000'000'000)};
}
/// Whole litres of a volume.
inline std::int64_t litres_of(std::int64_t quantity, std::string_view unit) {
    return nearest(Wide{quantity} * row_of(units, &Unit::code, unit).nanolitres, 1'000'000'000);
}

/// Whatever a part of the document bears beside the fields of `known`, or with another type than
/// theirs, goes on under its own name: the strict reader of ours is to say what it thinks of it.
struct Known {
    std::string_view name;
    json::value_t type;
};
inline void pass_strangers(const json& part, std::initializer_list<Known> known, json& onto) {
    for (const auto& [name, value] : part.items()) {
        const auto* const row = std::ranges::find(known, name, &Known::name);
        const bool fits = row != known.end() && row->type == value.type();
        if (!fits) onto[name] = value;
    }
}

inline std::set<std::string> hazards_of(const json& waste) {
    constexpr std::string_view characteristic[] = {"", "I", "C", "R"};  // D001, D002, D003
    std::set<std::string> letters;
    for (const auto& one : waste.at("hazardousWaste").at("federalWasteCodes")) {
        const auto code = one.at("code").get<std::string>();
        const auto number = code.starts_with("D") ? std::stoul(code.substr(1)) : 4;
        letters.emplace(number < std::size(characteristic) ? characteristic[number] : "T");
    }
    if (letters.empty()) letters.insert("T");  // a state's code, or PCBs
    return letters;
}

inline const Kin& kin_of(const json& waste) {
    if (waste.value("pcb", false)) return row_of(kin, &Kin::theirs, "pcb");
    const auto& states = waste.at("hazardousWaste").at("generatorStateWasteCodes");
    if (waste.contains("dotInformation")) {
        const auto number = waste.at("dotInformation").at("idNumber").at("code").get<std::string>();
        return row_of(kin, &Kin::theirs, number);
    }
    return row_of(kin, &Kin::theirs, states.at(0)["code"].get<std::string>());
}

/// A part of "UN3354, Waste Insecticide gases, flammable, n.o.s., 2.1, PSN" by its pattern.
inline std::string printed_part(const json& waste, const char* pattern) {
    if (!waste.contains("dotInformation")) return {};
    const std::string printed = waste.at("dotInformation").at("printedDotInformation");
    std::smatch found;
    return std::regex_search(printed, found, std::regex{pattern}) ? found[1].str() : std::string{};
}
inline std::string name_of(const json& waste) {
    const auto proper = printed_part(waste, "^[A-Z]{2}\\d{4}, (?:Waste )?(.+?), \\d");
    return proper.empty() ? waste.at("wasteDescription").get<std::string>() : proper;
}

inline std::string form_of(const json& waste, std::string_view package) {
    constexpr std::string_view poured[] = {"DRUM", "IBC", "TANK", "BULK"};
    const std::string unit = waste.at("quantity").at("unitOfMeasurement").at("code");
    if (!printed_part(waste, ", (2\\.\\d)(?:,|$)").empty()) return "G";
    const bool by_volume = row_of(units, &Unit::code, unit).nanolitres != 0;
    return by_volume && std::ranges::find(poured, package) != std::end(poured) ? "L" : "S";
}

inline std::string remarks_of(const json& waste) {
    std::string all;
    for (const auto& one : waste.at("additionalInfo").at("comments")) {
        const std::string label = one.at("label");
        all += (all.empty() ? "" : "; ") + label + ": " + one.at("description").get<std::string>();
    }
    return all;
}

inline void pass_strangers_of_line(const json& waste, json& line) {
    using Type = json::value_t;
    pass_strangers(waste,
                   {{"dotHazardous", Type::boolean},
                    {"epaWaste", Type::boolean},
                    {"pcb", Type::boolean},
                    {"pcbInfos", Type::array},
                    {"br", Type::boolean},
                    {"brInfo", Type::object},
                    {"dotInformation", Type::object},
                    {"wasteDescription", Type::string},
                    {"quantity", Type::object},
                    {"hazardousWaste", Type::object},
                    {"additionalInfo", Type::object},
                    {"managementMethod", Type::object},
                    {"discrepancyResidueInfo", Type::object},
                    {"lineNumber", Type::number_unsigned}},
                   line);
    if (!waste.contains("dotInformation")) return;
    pass_strangers(waste.at("dotInformation"),
                   {{"idNumber", Type::object}, {"printedDotInformation", Type::string}}, line);
}

/// Grams a litre: of the biennial report (1: pounds a gallon, 2: against water), else water's.
inline std::int64_t density_of(const json& waste) {
    if (!waste.contains("brInfo") || !waste.at("brInfo").contains("density")) return 1'000;
    const bool in_pounds = waste.at("brInfo").at("densityUnitOfMeasurement").at("code") == "1";
    const double thousandths = waste.at("brInfo").at("density").get<double>() * 1'000;
    return std::llround(in_pounds ? thousandths * 0.45359237 / 3.785411784 : thousandths);
}

inline void put_quantity(const json& waste, json& line) {
    const json& quantity = waste.at("quantity");
    const json& amount = quantity.at("quantity");
    const std::string unit = quantity.at("unitOfMeasurement").at("code");
    line["container_count"] = quantity.at("containerNumber");
    if (!amount.is_number_integer()) {  // theirs are whole numbers; ours is to say so
        line["planned_g"] = amount;
        return;
    }
    line["planned_g"] = grams_of(amount, unit, density_of(waste)).value;
    if (const auto litres = litres_of(amount, unit); litres > 0) line["volume_l"] = litres;
}

/// One waste as a line. What decides whether it is hazardous, and to whom, must be said: without
/// it the line has no code, or no class of dangerous goods.
inline json line_of(const json& waste) {
    json line{{"line_no", waste.at("lineNumber")}, {"waste_name", name_of(waste)}};
    const Kin& known = kin_of(waste);
    if (waste.contains("dotHazardous")) {
        line["un_no"] = known.un_no;
        line["dg_class"] = known.dg_class;
    }
    if (waste.contains("epaWaste") && waste.contains("pcb")) {
        line["code"] = known.code;
        line["hazards"] = hazards_of(waste);
    }
    const auto group = printed_part(waste, ", (I{1,3})(?:,|$)");
    if (!group.empty()) line["packing_group"] = group;
    const auto& container = waste.at("quantity").at("containerType");
    line["package"] = packages.at(container.at("code"));
    if (line["package"] == "OTHER") line["package_note"] = container.at("description");
    line["form"] = form_of(waste, line["package"].get<std::string>());
    const Method& method = row_of(methods, &Method::theirs,
                                  waste.at("managementMethod").at("code").get<std::string>());
    line["method"] = method.ours;
    line["purpose"] = method.purpose;
    line["taboos"] = waste.at("additionalInfo").value("handlingInstructions", name_of(waste));
    const auto remarks = remarks_of(waste);
    if (!remarks.empty()) line["note"] = remarks;
    put_quantity(waste, line);
    pass_strangers_of_line(waste, line);
    return line;
}

/// Their documents do not say where and when a load goes over; ours must (Order 23 art. 17).
inline void agree_handovers(json& legs, const Stand& stand) {
    const auto hops = legs.size();
    const auto way = stand.arrives - stand.departs;
    for (std::size_t i = 0; i + 1 < hops; ++i) {
        const std::string place = "handover " + std::to_string(i + 1);
        legs[i]["end"] = legs[i + 1]["start"] = place;
        legs[i]["handover_place"] = {{"lat", 28.1}, {"lon", 119.65}};
        legs[i]["planned_handover_at"] =
            to_iso(stand.departs + way * static_cast<int>(i + 1) / static_cast<int>(hops));
    }
}

/// The form of a manifest. A site that nobody stands for goes on under its own number.
inline json filing_of(const json& document, const Stand& stand) {
    const auto party = [&stand](const json& site) {
        const std::string number = site.at("epaSiteId");
        const auto known = stand.parties.find(number);
        return known == stand.parties.end() ? number : known->second;
    };
    json filing{{"kind", "HW"},
                {"receiver", party(document.at("designatedFacility"))},
                {"origin_site", stand.origin_site},
                {"destination_site", stand.destination_site},
                {"planned_depart_at", to_iso(stand.departs)},
                {"planned_arrive_at", to_iso(stand.arrives)}};
    const std::string number = document.value("manifestTrackingNumber", "");
    if (std::regex_match(number, std::regex{"\\d{9}[A-Z]{3}"})) filing["provincial_no"] = number;
    auto carriers = document.at("transporters").get<std::vector<json>>();
    std::ranges::sort(carriers, {}, [](const json& one) { return one.at("order").get<int>(); });
    for (const auto& one : carriers) filing["legs"].push_back({{"carrier", party(one)}});
    agree_handovers(filing["legs"], stand);
    for (const auto& waste : document.at("wastes")) filing["lines"].push_back(line_of(waste));
    return filing;
}

/// Body of `reject` for a full rejection.
inline json rejection_of(const json& document) {
    const auto& info = document.at("rejectionInfo");
    return {{"reason", {{"code", "EPA_FULL_REJECT"}, {"text", info.at("rejectionComments")}}},
            {"kept", info.at("transporterOnSite").get<bool>() ? "RELOCKED" : "STORED"}};
}

/// The event that follows it: on to the other facility, or back to the generator.
inline std::string onward_event(const json& document) {
    const auto& to = document.at("rejectionInfo").at("alternateDesignatedFacilityType");
    return to == "Generator" ? "start_return" : "redirect";
}

}  // namespace liuhen::test::epa
