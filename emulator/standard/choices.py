"""The choices that Zoho's standard pick lists start with."""

SALUTATIONS = ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."]
LEAD_SOURCES = [
    "Advertisement", "Cold Call", "Employee Referral", "External Referral", "Online Store",
    "Partner", "Public Relations", "Sales Email Alias", "Seminar Partner", "Internal Seminar",
    "Trade Show", "Web Download", "Web Research", "Chat",
]  # fmt: skip
LEAD_STATUSES = [
    "Attempted to Contact", "Contact in Future", "Contacted", "Junk Lead", "Lost Lead",
    "Not Contacted", "Pre-Qualified", "Not Qualified",
]  # fmt: skip
INDUSTRIES = [
    "ASP (Application Service Provider)", "Data/Telecom OEM", "ERP (Enterprise Resource Planning)",
    "Government/Military", "Large Enterprise", "ManagementISV", "MSP (Management Service Provider)",
    "Network Equipment Enterprise", "Non-management ISV", "Optical Networking",
    "Service Provider", "Small/Medium Enterprise", "Storage Equipment", "Storage Service Provider",
    "Systems Integrator", "Wireless Industry", "ERP", "Management ISV",
]  # fmt: skip
RATINGS = ["Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"]
ACCOUNT_TYPES = [
    "Analyst", "Competitor", "Customer", "Distributor", "Integrator", "Investor", "Other",
    "Partner", "Press", "Prospect", "Reseller", "Supplier", "Vendor",
]  # fmt: skip
GL_ACCOUNTS = [
    "Sales-Software", "Sales-Hardware", "Rental Income", "Interest Income",
    "Sales Software Support", "Sales Other", "Internet Sales", "Service-Hardware Labor",
    "Sales-Books",
]  # fmt: skip
