// Containers, their movements, scans and balances as JSON.
#pragma once

#include "manifest/custody/scans.hpp"
#include "server/json/fault.hpp"
#include "server/store/books.hpp"
#include "server/store/scans.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>

namespace liuhen::server {

nlohmann::json to_json(const store::StoredContainer& container);
nlohmann::json to_json(const store::StoredMovement& stored);
nlohmann::json to_json(const store::Regrouping& poured);
/// The container with what it holds, in whose book, until when it may be stored, and its movements.
nlohmann::json with_standing(const store::StoredContainer& container,
                             const manifest::custody::Standing& standing,
                             const std::vector<store::StoredMovement>& movements, Instant now);
nlohmann::json to_json(const store::StockRow& row, Instant now);
nlohmann::json to_json(const manifest::custody::MonthBalance& balance);
nlohmann::json to_json(const store::MassBalance& balance);
nlohmann::json to_json(const store::BatchRow& batch);
std::string month_text(std::chrono::year_month month);  ///< "2026-03"
nlohmann::json to_json(const store::StoredScan& stored);
nlohmann::json to_json(const manifest::custody::StageJudgement& stage);
nlohmann::json to_json(const store::RaisedDifference& raised);

/// What is said beside success, in the words of the catalogue of faults.
nlohmann::json warning_json(const Fault& fault);

}  // namespace liuhen::server
