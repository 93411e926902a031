// The contracts of this module are all of Contracts/shared.
